import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A certificate that a server signed itself, with its key.
 *
 * @param keys the only entry is the certificate
 */
record Certificate(KeyStore keys) {
  private static final String PASSWORD = "changeit";
  private static final String ENTRY = "server";

  /** A new one for this host name, made by the JDK's keytool. */
  static Certificate of(String host) throws IOException, GeneralSecurityException {
    Path folder = Files.createTempDirectory("certificate");
    Path file = folder.resolve("keys.p12");
    try {
      Process keytool =
          new ProcessBuilder(
                  List.of(
                      Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                      "-genkeypair",
                      "-keyalg",
                      "EC",
                      "-alias",
                      ENTRY,
                      "-dname",
                      "CN=" + host,
                      "-ext",
                      "san=dns:" + host,
                      "-keystore",
                      file.toString(),
                      "-storepass",
                      PASSWORD))
              .redirectErrorStream(true)
              .start();
      keytool.getInputStream().readAllBytes(); // until it ends
      KeyStore keys = KeyStore.getInstance("PKCS12");
      try (InputStream in = Files.newInputStream(file)) {
        keys.load(in, PASSWORD.toCharArray());
      }
      return new Certificate(keys);
    } finally {
      Files.deleteIfExists(file);
      Files.delete(folder);
    }
  }

  /** The certificate as an exporter reads it. */
  byte[] pem() throws GeneralSecurityException {
    return ("-----BEGIN CERTIFICATE-----\n"
            + Base64.getMimeEncoder().encodeToString(keys.getCertificate(ENTRY).getEncoded())
            + "\n-----END CERTIFICATE-----\n")
        .getBytes();
  }

  /** TLS for a server with this certificate. */
  SSLContext tls() throws GeneralSecurityException {
    KeyManagerFactory key = KeyManagerFactory.getInstance("PKIX");
    key.init(keys, PASSWORD.toCharArray());
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(key.getKeyManagers(), null, null);
    return tls;
  }
}
