package workshop.wire;

import java.io.IOException;
import java.util.Optional;

/**
 * Ports for OTLP/HTTP over TLS, with certificates of the throwaway CA.
 *
 * @param server has a certificate for localhost
 * @param client the same, and senders need a certificate of the CA
 * @param wrongHost has a certificate for another host
 * @param expired has a certificate that has expired
 */
public record TlsPorts(
    ThrowawayCertificates certificates, int server, int client, int wrongHost, int expired) {

  /**
   * Opens all but the first one.
   *
   * @param first the port of {@code client}, which the others follow; 0 for free ones
   */
  static TlsPorts open(Backend backend, ThrowawayCertificates certificates, int server, int first)
      throws IOException {
    int step = first == 0 ? 0 : 1;
    return new TlsPorts(
        certificates,
        server,
        backend.listen(first, certificates.tls("server", Optional.of(certificates.ca()))),
        backend.listen(first + step, certificates.tls("wrong-host", Optional.empty())),
        backend.listen(first + 2 * step, certificates.tls("expired", Optional.empty())));
  }
}
