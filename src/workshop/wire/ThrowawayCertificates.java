package workshop.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A CA for this machine's experiments, and certificates that it issued, as PEM files in one folder
 * that only its owner can read. All of them are valid for 90 days, but for the expired one.
 *
 * @param folder has {@code ca.pem}, and a {@code .pem} with a {@code .key} for each of {@code
 *     server}, {@code client}, {@code wrong-host} and {@code expired}
 */
public record ThrowawayCertificates(Path folder) {
  /** The variable that names another folder than the usual one. */
  private static final String VARIABLE = "WORKSHOP_TLS";

  private static final String CA = "ca";
  private static final String PASSWORD = "throwaway"; // the file is deleted again

  /** New ones are made when the old ones are valid for less than this. */
  private static final Duration LEFT = Duration.ofDays(1);

  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** An entry of the key store. */
  private record Issued(String name, String host, List<String> options) {
    static Issued forHost(String name, String host, String... validity) {
      List<String> options = new ArrayList<>(List.of(validity));
      options.addAll(List.of("-signer", CA, "-ext", "san=dns:" + host, "-ext", "eku=serverAuth"));
      return new Issued(name, host, options);
    }
  }

  private static final List<Issued> ENTRIES =
      List.of(
          new Issued(
              CA,
              "Throwaway CA of the OTLP workshop",
              List.of("-validity", "90", "-ext", "bc:c=ca:true", "-ext", "ku:c=keyCertSign")),
          Issued.forHost("server", "localhost", "-validity", "90"),
          Issued.forHost("wrong-host", "wrong-host.example", "-validity", "90"),
          Issued.forHost("expired", "localhost", "-startdate", "-2d", "-validity", "1"),
          new Issued(
              "client",
              "shop",
              List.of("-validity", "90", "-signer", CA, "-ext", "eku=clientAuth")));

  /**
   * The ones in the folder that {@code WORKSHOP_TLS} names, else in {@code .otlp-workshop/tls} in
   * the user's home. Makes them if there are none, or if they expire soon; this takes seconds.
   *
   * @throws IOException if they cannot be made; the message says why
   */
  public static ThrowawayCertificates find() throws IOException {
    String named = System.getenv(VARIABLE);
    return in(
        named == null || named.isBlank()
            ? Path.of(System.getProperty("user.home"), ".otlp-workshop", "tls")
            : Path.of(named).toAbsolutePath());
  }

  /** The same in another folder, which the certificates have for themselves. */
  static synchronized ThrowawayCertificates in(Path folder) throws IOException {
    ThrowawayCertificates certificates = new ThrowawayCertificates(folder);
    if (certificates.areValid()) {
      return certificates;
    }
    if (Files.exists(folder)) {
      if (!Files.exists(certificates.ca())) {
        throw new IOException(folder + " has other files; name another folder in " + VARIABLE);
      }
      delete(folder);
    }
    Files.createDirectories(folder.getParent());
    Path draft = Files.createTempDirectory(folder.getParent(), "tls-"); // for its owner only
    try {
      make(draft);
      Files.move(draft, folder);
    } catch (IOException e) {
      delete(draft);
      if (!certificates.areValid()) { // otherwise another process was faster
        throw e;
      }
    }
    return certificates;
  }

  /** The certificate that senders have to trust. */
  public Path ca() {
    return certificate(CA);
  }

  /**
   * @param name {@code server}, {@code client}, {@code wrong-host} or {@code expired}
   */
  public Path certificate(String name) {
    return folder.resolve(name + ".pem");
  }

  /** The private key, of the same names. */
  public Path key(String name) {
    return folder.resolve(name + ".key");
  }

  /**
   * TLS with one of the certificates.
   *
   * @param name {@code server}, {@code wrong-host} or {@code expired}
   * @param clientCa see {@link Tls#of}
   */
  public Tls tls(String name, Optional<Path> clientCa) throws IOException {
    return Tls.of(certificate(name), key(name), clientCa);
  }

  private boolean areValid() {
    try (InputStream pem = Files.newInputStream(certificate("server"))) {
      X509Certificate server =
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(pem);
      server.checkValidity(Date.from(Instant.now().plus(LEFT)));
      return true;
    } catch (IOException | GeneralSecurityException e) {
      return false;
    }
  }

  private static void make(Path folder) throws IOException {
    Path store = folder.resolve("store.p12");
    for (Issued each : ENTRIES) {
      keytool(store, each);
    }
    try (InputStream in = Files.newInputStream(store)) {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(in, PASSWORD.toCharArray());
      ThrowawayCertificates made = new ThrowawayCertificates(folder);
      for (Issued each : ENTRIES) {
        Certificate certificate = keys.getCertificate(each.name());
        write(made.certificate(each.name()), "CERTIFICATE", certificate.getEncoded());
        if (!each.name().equals(CA)) { // the CA issues nothing more
          Key key = keys.getKey(each.name(), PASSWORD.toCharArray());
          write(made.key(each.name()), "PRIVATE KEY", key.getEncoded());
        }
      }
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot read what keytool made: " + e.getMessage(), e);
    }
    Files.delete(store);
  }

  private static void keytool(Path store, Issued entry) throws IOException {
    Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
    List<String> command = new ArrayList<>();
    command.addAll(List.of(keytool.toString(), "-genkeypair", "-alias", entry.name()));
    command.addAll(List.of("-dname", "CN=" + entry.host()));
    command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1"));
    command.addAll(List.of("-keystore", store.toString(), "-storetype", "PKCS12"));
    command.addAll(List.of("-storepass", PASSWORD));
    command.addAll(entry.options());
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new IOException("keytool has not ended after " + LIMIT.toSeconds() + " s");
      }
      String printed = new String(process.getInputStream().readNBytes(4000), UTF_8).strip();
      if (process.exitValue() != 0) {
        throw new IOException("keytool failed: " + printed);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while keytool made certificates", e);
    } finally {
      process.destroyForcibly();
    }
  }

  private static void write(Path file, String type, byte[] content) throws IOException {
    if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
    String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    String pem = "-----BEGIN %1$s-----%n%2$s%n-----END %1$s-----%n".formatted(type, lines);
    Files.writeString(file, pem.replace("\r", ""), US_ASCII);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
