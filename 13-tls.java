///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Send over TLS: an unknown CA, a wrong host, client certificates and tokens
//JAVA 17+
//DEPS io.opentelemetry:opentelemetry-bom:1.68.0@pom
//DEPS io.opentelemetry:opentelemetry-sdk
//DEPS io.opentelemetry:opentelemetry-exporter-otlp
//DEPS io.opentelemetry:opentelemetry-sdk-testing

import static io.opentelemetry.api.common.AttributeKey.stringKey;
import static io.opentelemetry.sdk.common.InternalTelemetryVersion.LATEST;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

class Tls {
  public static void main(String[] args) throws Exception {
    // %% An unknown CA
    // The backend's certificate comes from a CA that the JDK does not know. Which error
    // does the exporter count? A failed handshake is not retried.
    System.setProperty("java.util.logging.SimpleFormatter.format", "%4$s %5$s%n");
    var base = env("OTEL_EXPORTER_OTLP_ENDPOINT", "https://localhost:4318");
    var endpoint = base.replaceFirst("/*$", "/v1/traces");
    var cases = new Cases();
    cases.send("unknown-ca", 0, exporter(endpoint));

    // %% Your own CA
    // A PEM file with the CA's certificate. Now this exporter trusts no other CA.
    var ca = read("ca.pem");
    cases.send("own-ca", 1, exporter(endpoint).setTrustedCertificates(ca));

    // %% A wrong host
    // The certificate is for localhost. 127.0.0.1 is the same machine under another name.
    // Which error does the exporter count?
    var address = endpoint.replace("localhost", "127.0.0.1");
    cases.send("wrong-host", 0, exporter(address).setTrustedCertificates(ca));

    // %% http:// to a port with TLS
    // The port gets plain text. Our backend says so with a status; others just hang up.
    var plain = endpoint.replace("https:", "http:");
    cases.send("plain-text", 0, exporter(plain).setTrustedCertificates(ca));

    // %% A client certificate
    // This port wants to know who sends: the exporter has to show a certificate, too. Its
    // files are client.key and client.pem. How many spans arrive without them?
    var mutual = env("WORKSHOP_CLIENT_TLS_ENDPOINT", "https://localhost:4321");
    var guarded = mutual.replaceFirst("/*$", "/v1/traces");
    cases.send("client-tls", 0, exporter(guarded).setTrustedCertificates(ca));

    // %% A token that changes
    // Over TLS nobody else can read it. It is renewed between two exports.
    var token = new AtomicReference<>("first");
    var header = Map.of("authorization", "Bearer " + token.get());
    var sender = exporter(endpoint).setTrustedCertificates(ca).setHeaders(() -> header);
    cases.send("first-token", 1, sender);
    token.set("renewed");
    cases.send("renewed-token", 1, sender);

    // %% The verdict
    // A script sees only the exit code: only a loss on purpose may end with 0.
    var verdict = "%d spans ended, %d acknowledged, %d lost on purpose%n";
    System.out.printf(verdict, cases.ended, cases.acknowledged, cases.lostOnPurpose);
    if (cases.acknowledged + cases.lostOnPurpose < cases.ended) {
      System.err.println("Spans were lost: see the log above. If no backend is running:");
      var next = "In another terminal, type .%sjbang backend --tls%n";
      System.err.printf(next, File.separator);
      System.exit(1);
    }

    // %% Your turn
    // 1. Let `wrong-host` arrive: send to the host that the certificate is for.
    // 2. Let `client-tls` arrive: show the client certificate.
    // 3. The backend (with `--tls`) accepts only the token `renewed`. Let `renewed-token`
    //    arrive. For these faults, type `./jbang backend --fault "token=renewed"`.
  }

  // %% An exporter
  // Without retries, so that each case shows one attempt.
  static OtlpHttpSpanExporterBuilder exporter(String endpoint) {
    return OtlpHttpSpanExporter.builder().setEndpoint(endpoint).setRetryPolicy(null);
  }

  // %% A case, for this lesson
  // Sends a span with an SDK of its own, whose metrics say whether it was acknowledged.
  static class Cases {
    final String run = "13-tls/" + System.currentTimeMillis();
    long ended, acknowledged, lostOnPurpose;

    void send(String id, long expected, OtlpHttpSpanExporterBuilder http) {
      var metrics = InMemoryMetricReader.create();
      var meters = SdkMeterProvider.builder().registerMetricReader(metrics).build();
      http.setMeterProvider(() -> meters).setInternalTelemetryVersion(LATEST);
      var resource = Resource.builder().put("service.name", "shop");
      resource.put("workshop.lesson", run).put("workshop.case", id);
      var batches = BatchSpanProcessor.create(http.build());
      var builder = SdkTracerProvider.builder().addResource(resource.build());
      var spans = builder.addSpanProcessor(batches).build();
      Runtime.getRuntime().addShutdownHook(new Thread(spans::close));
      spans.get("com.example.shop").spanBuilder("POST /orders").startSpan().end();
      spans.forceFlush().join(15, SECONDS);
      var exported =
          metrics.collectAllMetrics().stream()
              .filter(each -> each.getName().equals("otel.sdk.exporter.span.exported"))
              .flatMap(each -> each.getLongSumData().getPoints().stream())
              .findFirst() // there is one batch
              .orElseThrow();
      var error = exported.getAttributes().get(stringKey("error.type"));
      var arrived = error == null ? 1 : 0;
      System.out.println(id + ": " + (error == null ? "acknowledged" : "lost, " + error));
      ended++;
      acknowledged += arrived;
      lostOnPurpose += 1 - Math.max(arrived, expected);
    }
  }

  // %% Read a variable
  // By the specification, a variable that is set but empty counts as unset.
  static String env(String name, String standard) {
    var value = System.getenv(name);
    return value == null || value.isBlank() ? standard : value;
  }

  // %% Read a file of the backend
  // The backend makes the files when it starts with --tls.
  static byte[] read(String name) throws IOException {
    var home = System.getProperty("user.home");
    var folder = env("WORKSHOP_TLS", home + "/.otlp-workshop/tls");
    try {
      return Files.readAllBytes(Path.of(folder, name));
    } catch (NoSuchFileException e) {
      var why = "%s is missing. In another terminal, type .%sjbang backend --tls";
      throw new IOException(why.formatted(e.getFile(), File.separator));
    }
  }
}
