///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Export to a backend that fails, and see what is retried and what is lost
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
import io.opentelemetry.sdk.common.export.RetryPolicy;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.io.File;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;

class ErrorsAndRetry {
  public static void main(String[] args) throws Exception {
    // %% Retried: 503 twice
    // Each case sends three spans. Its header workshop-fault asks our backend to fail,
    // here twice. The exporter retries 429, 502, 503 and 504, up to four times. It waits
    // for 1, 1.5, 2.25 and 3.4 s, give or take 20 %. How many spans are acknowledged?
    System.setProperty("java.util.logging.SimpleFormatter.format", "%4$s %5$s%n");
    var base = System.getenv("OTEL_EXPORTER_OTLP_ENDPOINT"); // empty counts as unset
    base = base == null || base.isBlank() ? "http://localhost:4318" : base;
    var endpoint = base.replaceFirst("/*$", "/v1/traces");
    var cases = new Cases();
    var standard = OtlpHttpSpanExporter.builder().setEndpoint(endpoint);
    cases.send("retried", 3, "2x 503", standard);

    // %% Waits: the policy or the backend
    // A policy with shorter waits gives up sooner when the backend is down for longer. A
    // busy backend can send Retry-After, in seconds. Does the exporter then wait for this
    // 1 s, or for the 0.1 s of its policy?
    var policy = RetryPolicy.builder().setInitialBackoff(Duration.ofMillis(100)).build();
    var quick = OtlpHttpSpanExporter.builder().setRetryPolicy(policy);
    cases.send("own-policy", 3, "2x 503", quick.setEndpoint(endpoint));
    var seconds = cases.send("retry-after", 3, "503 retry-after=1", quick);
    System.out.println("It waited for 1 s: " + (seconds >= 1));

    // %% Not retried: 400 and 401
    // The same request would fail again, so there is one attempt, and the spans are lost.
    // What does forceFlush() report?
    cases.send("bad-request", 3, "429", quick); // task 1
    cases.send("bad-token", 0, "401", quick);
    cases.send("bad-gateway", 3, "502", quick); // task 2

    // %% No response
    // On port 1 nothing listens: a refused connection is retried as a 503 is. The timeout
    // covers the retries, too. How many spans arrive if a response never comes?
    var closed = OtlpHttpSpanExporter.builder().setEndpoint(endpoint);
    cases.send("refused", 3, "503", closed.setRetryPolicy(policy)); // task 3
    cases.send("hang", 0, "hang", standard.setTimeout(Duration.ofSeconds(1)));

    // %% The verdict
    // A script sees only the exit code: only a loss on purpose may end with 0.
    var verdict = "%d spans ended, %d acknowledged, %d lost on purpose%n";
    System.out.printf(verdict, cases.ended, cases.acknowledged, cases.lostOnPurpose);
    var missing = cases.ended - cases.acknowledged - cases.lostOnPurpose;
    if (missing > 0) {
      var refused = cases.errors.contains("java.net.ConnectException");
      System.err.println(missing + " spans are missing because of " + cases.errors);
      var next = refused ? "backend" : "workshop explain";
      System.err.printf("In another terminal, type .%sjbang %s%n", File.separator, next);
      System.exit(1);
    }

    // %% Your turn
    // 1. Let `bad-request` fail with 429: it is retried, and its three spans arrive.
    // 2. Add a case `bad-gateway` that fails once with 502. Expect three spans.
    // 3. Let `refused` send to the backend: after the 503, its three spans arrive.
  }

  // %% A case, for this lesson
  // Sends three spans with an SDK of its own, whose metrics say what was acknowledged.
  static class Cases {
    final String run = "05-errors-and-retry/" + System.currentTimeMillis();
    final Set<String> errors = new TreeSet<>(); // of the spans that are missing
    long ended, acknowledged, lostOnPurpose;

    double send(String id, int expected, String fault, OtlpHttpSpanExporterBuilder http) {
      var metrics = InMemoryMetricReader.create();
      var meters = SdkMeterProvider.builder().registerMetricReader(metrics).build();
      http.addHeader("workshop-fault", fault).setMeterProvider(() -> meters);
      var exporter = http.setInternalTelemetryVersion(LATEST).build();
      var resource = Resource.builder().put("service.name", "shop");
      resource.put("workshop.lesson", run).put("workshop.case", id);
      var builder = SdkTracerProvider.builder().addResource(resource.build());
      var spans = builder.addSpanProcessor(BatchSpanProcessor.create(exporter)).build();
      Runtime.getRuntime().addShutdownHook(new Thread(spans::close));
      for (int i = 0; i < 3; i++)
        spans.get("com.example.shop").spanBuilder("POST /orders").startSpan().end();
      var start = System.nanoTime();
      var said = spans.forceFlush().join(15, SECONDS).isSuccess() ? "succeeds" : "fails";
      var seconds = (System.nanoTime() - start) / 1e9;
      var exported =
          metrics.collectAllMetrics().stream()
              .filter(each -> each.getName().equals("otel.sdk.exporter.span.exported"))
              .flatMap(each -> each.getLongSumData().getPoints().stream())
              .findFirst() // there is one batch
              .orElseThrow();
      var error = exported.getAttributes().get(stringKey("error.type"));
      var arrived = error == null ? 3 : 0;
      var why = error == null ? "" : ", error " + error;
      var row = "%s: forceFlush() %s, %d of 3 spans acknowledged%s%n  after %.1f s%n";
      System.out.printf(row, id, said, arrived, why, seconds);
      if (arrived > expected) {
        System.out.println("More than expected: a changed case, or an ignored header.");
      }
      if (arrived < expected) errors.add(error);
      ended += 3;
      acknowledged += arrived;
      lostOnPurpose += 3 - Math.max(arrived, expected);
      return seconds;
    }
  }
}
