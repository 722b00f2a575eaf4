/** Whether a service is a node of Cassandra, so that cqlsh is of use in its container. @param service `cassandra-1` */
export function isCassandra(service: string): boolean {
  return service.startsWith('cassandra-');
}
