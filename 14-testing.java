///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Test the spans of your code: in memory with JUnit, and on the wire
//JAVA 17+
//DEPS io.opentelemetry:opentelemetry-bom:1.68.0@pom
//DEPS io.opentelemetry:opentelemetry-sdk
//DEPS io.opentelemetry:opentelemetry-sdk-extension-autoconfigure
//DEPS io.opentelemetry:opentelemetry-exporter-otlp
//DEPS io.opentelemetry:opentelemetry-sdk-testing
//DEPS org.junit.jupiter:junit-jupiter:6.1.3
//DEPS org.junit.platform:junit-platform-launcher:6.1.3
//DEPS org.assertj:assertj-core:3.27.7

import static io.opentelemetry.api.common.AttributeKey.stringKey;
import static io.opentelemetry.sdk.testing.assertj.OpenTelemetryAssertions.assertThat;
import static io.opentelemetry.sdk.trace.data.StatusData.error;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder.request;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.testing.junit5.OpenTelemetryExtension;
import java.io.File;
import java.io.PrintWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

class Testing {
  public static void main(String[] args) throws Exception {
    // %% In memory
    // The extension keeps ended spans in a list. What does the assertion say?
    var memory = OpenTelemetryExtension.create();
    new Shop(memory.getOpenTelemetry()).order("declined");
    var charge = memory.getSpans().get(0); // a child ends before its parent
    try {
      assertThat(charge).hasName("charge card").hasStatus(error());
    } catch (AssertionError e) {
      System.out.println(e.getMessage());
    }

    // %% JUnit
    // OrderTest, below main, is a test as Maven and Gradle run it. How many tests pass?
    var plan = request().selectors(selectClass(OrderTest.class)).build();
    var listener = new SummaryGeneratingListener();
    LauncherFactory.create().execute(plan, listener);
    var tests = listener.getSummary();
    var failed = tests.getTotalFailureCount();
    System.out.println(tests.getTestsSucceededCount() + " passed, " + failed + " failed");
    tests.printFailuresTo(new PrintWriter(System.err), 3); // lines of a stack trace

    // %% On the wire
    // A backend sees the resource, too. This fails, because the service has no name:
    // `./jbang backend --expect "2 spans service=shop" -- ./jbang 14-testing.java`
    System.setProperty("java.util.logging.SimpleFormatter.format", "%4$s %5$s%n");
    System.setProperty("otel.experimental.sdk.telemetry.version", "latest");
    if ("".equals(System.getenv("OTEL_EXPORTER_OTLP_ENDPOINT"))) { // empty means unset
      System.setProperty("otel.exporter.otlp.endpoint", "http://localhost:4317");
    }
    var run = "workshop.lesson=14-testing/" + System.currentTimeMillis();
    var metrics = InMemoryMetricReader.create(); // where the SDK counts its own work
    var builder = AutoConfiguredOpenTelemetrySdk.builder();
    builder.addPropertiesSupplier(() -> Map.of("otel.metrics.exporter", "none"));
    builder.addPropertiesCustomizer(c -> Map.of("otel.resource.attributes", run));
    builder.addMeterProviderCustomizer((m, c) -> m.registerMetricReader(metrics));
    var sdk = builder.build().getOpenTelemetrySdk();
    new Shop(sdk).order("declined");

    // %% The verdict
    // A script sees only the exit code: it is 1 after a failed test, too.
    sdk.getSdkTracerProvider().forceFlush().join(10, SECONDS);
    var done = sum(metrics, "otel.sdk.span.started") - sum(metrics, "otel.sdk.span.live");
    var acknowledged = sum(metrics, "otel.sdk.exporter.span.exported");
    System.out.printf("%d spans ended, %d acknowledged%n", done, acknowledged);
    if (acknowledged < done || failed > 0) {
      System.err.println("Failed: see the log above. If no backend is running:");
      System.err.printf("In another terminal, type .%sjbang backend%n", File.separator);
      System.exit(1);
    }

    // %% Your turn
    // 1. Set the status of `charge card` to ERROR when the card is declined.
    // 2. Add a second test, which looks at this status, and let it pass.
    // 3. Name the service `shop`.
  }

  // %% The code under test
  // It gets its OpenTelemetry from outside, so that a test can pass its own.
  record Shop(OpenTelemetry telemetry) {
    void order(String card) {
      var tracer = telemetry.getTracer("com.example.shop");
      var order = tracer.spanBuilder("POST /orders").startSpan();
      try (Scope scope = order.makeCurrent()) {
        var charge = tracer.spanBuilder("charge card").startSpan();
        if (card.equals("declined")) {
          charge.recordException(new IllegalStateException("declined"));
        }
        charge.end();
      }
      order.end();
    }
  }

  // %% The tests
  // Each test gets an extension of its own, with an empty list.
  static class OrderTest {
    @RegisterExtension OpenTelemetryExtension memory = OpenTelemetryExtension.create();

    @Test
    void theChargeIsAChildOfTheOrder() {
      new Shop(memory.getOpenTelemetry()).order("valid");
      var spans = memory.getSpans();
      assertThat(spans.get(1)).hasName("POST /orders").hasNoParent();
      assertThat(spans.get(0)).hasName("charge card").hasParent(spans.get(1));
    }
  }

  // %% Count, for this lesson
  // In production, export the SDK's own metrics with the rest of your metrics.
  static long sum(InMemoryMetricReader metrics, String name) {
    return metrics.collectAllMetrics().stream()
        .filter(metric -> metric.getName().equals(name))
        .flatMap(metric -> metric.getLongSumData().getPoints().stream())
        .filter(point -> point.getAttributes().get(stringKey("error.type")) == null)
        .mapToLong(point -> point.getValue())
        .sum();
  }
}
