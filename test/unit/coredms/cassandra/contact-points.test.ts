import assert from 'node:assert/strict';
import type { PeerCertificate } from 'node:tls';
import { contactPointsOf, identityCheck } from '../../../../src/coredms/cassandra/contact-points.ts';

/** The part of a certificate that says whose it is. */
const certificateOf = (subjectaltname: string) => ({ subject: { CN: 'x' }, subjectaltname }) as PeerCertificate;

describe('contact points of a cluster', () => {
  it('are given to the driver by address, with the port that the others have as well', async () => {
    const { points, port, places, names } = await contactPointsOf(['127.0.0.1:9142', '127.0.0.2:9143', '[::1]:9144']);
    assert.deepEqual(points, ['127.0.0.1:9142', '127.0.0.2:9143', '[::1]:9144']);
    assert.equal(port, 9142);
    assert.deepEqual(places, { '127.0.0.1': '127.0.0.1:9142', '127.0.0.2': '127.0.0.2:9143', '::1': '::1:9144' });
    assert.deepEqual(names.get('127.0.0.2'), ['127.0.0.2']);
  });

  it('without an address stay as they are written, for the driver to tell of', async () => {
    assert.deepEqual((await contactPointsOf(['nowhere.invalid:9142'])).points, ['nowhere.invalid:9142']);
  });
});

describe('the certificate of a node', () => {
  const { checkServerIdentity: check } = identityCheck({
    names: new Map([
      ['10.0.0.1', ['db1.eu.example']],
      ['10.0.0.2', ['db2.example']],
    ]),
  });

  it('is of the name that leads to the address, or of the address', () => {
    assert.equal(check('10.0.0.1', certificateOf('DNS:db1.eu.example')), undefined);
    assert.equal(check('10.0.0.1', certificateOf('DNS:*.eu.example')), undefined);
    assert.equal(check('10.0.0.3', certificateOf('DNS:db3.example, IP Address:10.0.0.3')), undefined);
  });

  it('of another node does not do, nor that of a name that leads nowhere here', () => {
    for (const [address, names] of [
      ['10.0.0.1', 'DNS:db2.example'],
      ['10.0.0.2', 'IP Address:10.0.0.1'],
      ['10.0.0.3', 'DNS:db3.example'],
    ] as const)
      assert.equal(
        (check(address, certificateOf(names)) as { code?: string } | undefined)?.code,
        'ERR_TLS_CERT_ALTNAME_INVALID',
      );
  });
});
