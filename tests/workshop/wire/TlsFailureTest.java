package workshop.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateExpiredException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TlsFailureTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Received fatal alert: unknown_ca | the sender does not trust this certificate",
        "(certificate_expired) Received fatal alert: certificate_expired | it has expired",
        "Received fatal alert: certificate_unknown | the sender rejects this certificate",
        "Empty client certificate chain | no client certificate",
        "PKIX path building failed: unable to find | is not of the client CA",
        "Client requested protocol TLSv1.1 is not enabled or supported | neither TLS 1.2 nor",
        "handshake timed out after 10000ms | not complete in time",
        "something new | something new"
      })
  void wordsForWhatTheJdkSays(String said, String words) {
    assertThat(TlsFailure.of(new SSLHandshakeException(said))).contains(words);
  }

  @Test
  void causesCountMoreThanWords() {
    var expired = new SSLHandshakeException("PKIX path validation failed");
    expired.initCause(new CertificateExpiredException("NotAfter: yesterday"));
    assertThat(TlsFailure.of(expired)).isEqualTo("the client certificate has expired");
    assertThat(TlsFailure.of(new ClosedChannelException())).contains("during the handshake");
  }

  @Test
  void alertsWithoutEncryptionAreRead() {
    String alert = "\u0015\u0003\u0003\u0000\u0002\u0002";
    assertThat(TlsFailure.ofRecord(alert + (char) 48)).contains(TlsFailure.UNKNOWN_CA);
    assertThat(TlsFailure.ofRecord(alert + (char) 45)).contains(TlsFailure.EXPIRED);
    assertThat(TlsFailure.ofRecord(alert + (char) 0)).isEmpty();
    assertThat(TlsFailure.ofRecord(alert)).isEmpty();
    assertThat(TlsFailure.ofRecord("\u0017\u0003\u0003\u0000\u0002\u0002" + (char) 48)).isEmpty();
  }
}
