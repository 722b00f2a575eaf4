/**
 * An address near the end of a subnet, where engines, which give away the lowest that is free, do not come to.
 * @param subnet `172.18.0.0/16` @param fromEnd 1 is the last one that a machine can have
 */
export function addressFromEnd(subnet: string, fromEnd: number): string {
  const [base = '', bits = ''] = subnet.split('/');
  const first = base.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0);
  const address = first + 2 ** (32 - Number(bits)) - 1 - fromEnd;
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}
