package workshop.doctor;

import static workshop.doctor.Diagnosis.TYPE;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import workshop.text.Text;

/**
 * The certificates that the environment names for exporters, and the key among them: expired, for
 * another host, readable by everyone.
 */
public final class CertificatesCheck {
  private static final String TOPIC = "TLS";
  private static final String PREFIX = "OTEL_EXPORTER_OTLP_";

  /** The types of names in a certificate (RFC 5280, 4.2.1.6). */
  private static final Set<Integer> DNS_OR_ADDRESS = Set.of(2, 7);

  private CertificatesCheck() {}

  /**
   * A file that a variable names.
   *
   * @param hosts of a certificate; none of one without the extension for them
   * @param expires of a certificate; null for a key
   * @param open whether others than the owner can read it
   * @param problem why it cannot be read, or ""
   */
  record Seen(
      String variable,
      Path file,
      List<String> hosts,
      Instant expires,
      boolean open,
      String problem) {}

  /** Of the files that the environment names; nothing if it names none. */
  public static List<Diagnosis> judge(Map<String, String> environment, Os os) {
    String host;
    try {
      host = URI.create(environment.getOrDefault(PREFIX + "ENDPOINT", "")).getHost();
    } catch (IllegalArgumentException e) {
      host = null; // another check says that the endpoint is not valid
    }
    return judge(look(environment), host == null ? "" : host, Instant.now(), os);
  }

  private static List<Seen> look(Map<String, String> environment) {
    List<Seen> seen = new ArrayList<>();
    for (String name : List.of("CERTIFICATE", "CLIENT_CERTIFICATE", "CLIENT_KEY")) {
      String file = environment.getOrDefault(PREFIX + name, "");
      if (!file.isBlank()) {
        seen.add(look(PREFIX + name, Path.of(file)));
      }
    }
    return seen;
  }

  private static Seen look(String variable, Path file) {
    try {
      if (variable.endsWith("_KEY")) {
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        boolean open =
            posix
                && Files.getPosixFilePermissions(file).stream()
                    .anyMatch(
                        may ->
                            may == PosixFilePermission.GROUP_READ
                                || may == PosixFilePermission.OTHERS_READ);
        return new Seen(variable, file, List.of(), null, open, "");
      }
      try (InputStream pem = Files.newInputStream(file)) {
        X509Certificate certificate =
            (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(pem);
        Instant expires = certificate.getNotAfter().toInstant();
        return new Seen(variable, file, hosts(certificate), expires, false, "");
      }
    } catch (IOException e) {
      return new Seen(variable, file, List.of(), null, false, "is a file that cannot be read");
    } catch (CertificateException e) {
      return new Seen(variable, file, List.of(), null, false, "is not a PEM file");
    }
  }

  private static List<String> hosts(X509Certificate certificate) throws CertificateException {
    var names = certificate.getSubjectAlternativeNames();
    return names == null
        ? List.of()
        : names.stream()
            .filter(name -> DNS_OR_ADDRESS.contains(name.get(0)))
            .map(name -> name.get(1).toString())
            .toList();
  }

  /**
   * @param host of the endpoint, or ""
   */
  static List<Diagnosis> judge(List<Seen> seen, String host, Instant now, Os os) {
    return seen.stream().map(each -> judge(each, host, now, os)).toList();
  }

  private static Diagnosis judge(Seen seen, String host, Instant now, Os os) {
    String file = Text.safe(seen.file().toString(), 200);
    if (!seen.problem().isEmpty()) {
      return Diagnosis.problem(
          TOPIC,
          seen.variable() + " " + seen.problem() + ": " + file,
          "Correct it, or type",
          TYPE + os.unset(seen.variable()));
    }
    if (seen.expires() != null && seen.expires().isBefore(now)) {
      return Diagnosis.problem(
          TOPIC,
          "%s expired at %s: %s".formatted(seen.variable(), seen.expires(), file),
          "Get a new certificate. The one of ./jbang backend --tls is made again when it starts.");
    }
    boolean trusted = seen.variable().equals(PREFIX + "CERTIFICATE");
    if (trusted && !seen.hosts().isEmpty() && !host.isEmpty() && !seen.hosts().contains(host)) {
      return Diagnosis.warning(
          TOPIC,
          "%s is for %s, not for %s, the host of the endpoint."
              .formatted(seen.variable(), Text.safe(String.join(", ", seen.hosts()), 200), host),
          "Use one of these names in the endpoint.");
    }
    if (seen.open()) {
      return Diagnosis.problem(
          TOPIC,
          seen.variable() + " is a key that others can read: " + file,
          "So that only you can, type",
          TYPE + "chmod 600 " + file);
    }
    return Diagnosis.ok(TOPIC, seen.variable() + " can be used: " + file);
  }
}
