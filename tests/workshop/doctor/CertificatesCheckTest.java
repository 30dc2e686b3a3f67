package workshop.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import workshop.doctor.CertificatesCheck.Seen;
import workshop.doctor.Diagnosis.Level;

class CertificatesCheckTest {
  private static final String CA = "OTEL_EXPORTER_OTLP_CERTIFICATE";
  private static final String KEY = "OTEL_EXPORTER_OTLP_CLIENT_KEY";
  private static final Instant NOW = Instant.parse("2026-11-27T09:00:00Z");

  @TempDir Path folder;

  private static Diagnosis judge(List<String> hosts, Instant expires, String host) {
    Seen seen = new Seen(CA, Path.of("ca.pem"), hosts, expires, false, "");
    return CertificatesCheck.judge(List.of(seen), host, NOW, Os.LINUX).get(0);
  }

  @Test
  void expiredCertificateIsAProblem() {
    Diagnosis found = judge(List.of(), NOW.minusSeconds(1), "localhost");
    assertThat(found.level()).isEqualTo(Level.PROBLEM);
    assertThat(found.found()).isEqualTo(CA + " expired at 2026-11-27T08:59:59Z: ca.pem");
  }

  @Test
  void certificateForAnotherHostIsAWarning() {
    Instant later = NOW.plusSeconds(1);
    Diagnosis found = judge(List.of("shop.example", "10.0.0.1"), later, "localhost");
    assertThat(found.level()).isEqualTo(Level.WARNING);
    assertThat(found.found()).contains("is for shop.example, 10.0.0.1, not for localhost");
    assertThat(judge(List.of("localhost"), later, "localhost").level()).isEqualTo(Level.OK);
    assertThat(judge(List.of(), later, "localhost").level()).isEqualTo(Level.OK); // a CA
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void keyThatOthersCanReadIsAProblem() throws Exception {
    Path key = Files.createFile(folder.resolve("client.key"));
    Map<String, String> environment = Map.of(KEY, key.toString());
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    Diagnosis found = CertificatesCheck.judge(environment, Os.LINUX).get(0);
    assertThat(found.level()).isEqualTo(Level.PROBLEM);
    assertThat(found.advice()).contains("  chmod 600 " + key);
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    assertThat(CertificatesCheck.judge(environment, Os.LINUX).get(0).level()).isEqualTo(Level.OK);
  }

  @Test
  void fileThatIsMissingOrNoCertificateIsAProblem() throws Exception {
    Path file = folder.resolve("ca.pem");
    Map<String, String> environment = Map.of(CA, file.toString());
    assertThat(CertificatesCheck.judge(environment, Os.LINUX).get(0).found())
        .contains("is a file that cannot be read");
    Files.writeString(file, "something else");
    Diagnosis found = CertificatesCheck.judge(environment, Os.LINUX).get(0);
    assertThat(found.level()).isEqualTo(Level.PROBLEM);
    assertThat(found.found()).contains("is not a PEM file");
  }

  @Test
  void nothingIsSaidWithoutVariables() {
    assertThat(CertificatesCheck.judge(Map.of(CA, " "), Os.LINUX)).isEmpty();
  }
}
