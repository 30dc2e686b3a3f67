// Commands that the page tells its reader to type.

/** Runs a lesson; names the endpoint where the port is not the standard one. */
export function lessonCommand({name, protocol}, {grpcPort, httpPort}) {
  if (protocol === 'tls') {
    return `./jbang ${name}.java`; // sends to ./jbang backend --tls
  }
  const [port, standard] = protocol === 'grpc' ? [grpcPort, 4317] : [httpPort, 4318];
  const endpoint =
    port === standard ? '' : `OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:${port} `;
  return `${endpoint}./jbang ${name}.java`;
}
