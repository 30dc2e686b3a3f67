package support;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.tools.ToolProvider;
import workshop.lesson.JBangInfo;

/** OpenTelemetry's exporters in the version of the lessons, in a class loader of their own. */
public final class RealExporters implements AutoCloseable {
  private static final Logger SDK = Logger.getLogger("io.opentelemetry");

  static {
    SDK.setLevel(Level.OFF); // a stack trace for each failure, and each test is about one
  }

  /** Exports one span, with retries that come soon, and returns what the exporter says of it. */
  private static final String SOURCE =
      """
      import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
      import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
      import io.opentelemetry.sdk.common.export.RetryPolicy;
      import io.opentelemetry.sdk.resources.Resource;
      import io.opentelemetry.sdk.trace.SdkTracerProvider;
      import io.opentelemetry.sdk.trace.data.SpanData;
      import io.opentelemetry.sdk.trace.export.SpanExporter;
      import io.opentelemetry.sdk.common.CompletableResultCode;
      import java.time.Duration;
      import java.util.Collection;
      import java.util.List;
      import java.util.Map;
      import java.util.concurrent.TimeUnit;
      import java.util.function.BiFunction;

      public class Export implements BiFunction<List<String>, Map<String, String>, String> {
        @Override
        public String apply(List<String> options, Map<String, String> headers) {
          String endpoint = options.get(0);
          String compression = options.get(1);
          var retry =
              RetryPolicy.builder()
                  .setMaxAttempts(3)
                  .setInitialBackoff(Duration.ofMillis(10))
                  .setMaxBackoff(Duration.ofMillis(20))
                  .build();
          SpanExporter exporter =
              endpoint.endsWith("/v1/traces")
                  ? OtlpHttpSpanExporter.builder()
                      .setEndpoint(endpoint)
                      .setTimeout(Duration.ofSeconds(3))
                      .setCompression(compression)
                      .setHeaders(() -> headers)
                      .setRetryPolicy(retry)
                      .build()
                  : OtlpGrpcSpanExporter.builder()
                      .setEndpoint(endpoint)
                      .setTimeout(Duration.ofSeconds(3))
                      .setCompression(compression)
                      .setHeaders(() -> headers)
                      .setRetryPolicy(retry)
                      .build();
          var said = new String[] {"no export"};
          var asking =
              new SpanExporter() {
                @Override
                public CompletableResultCode export(Collection<SpanData> batch) {
                  var result = exporter.export(List.copyOf(batch)).join(20, TimeUnit.SECONDS);
                  said[0] =
                      result.isSuccess() ? "success" : String.valueOf(result.getFailureThrowable());
                  return result;
                }

                @Override
                public CompletableResultCode flush() {
                  return exporter.flush();
                }

                @Override
                public CompletableResultCode shutdown() {
                  return exporter.shutdown();
                }
              };
          try (var provider =
              SdkTracerProvider.builder()
                  .setResource(Resource.builder().put("service.name", "shop").build())
                  .addSpanProcessor(
                      io.opentelemetry.sdk.trace.export.SimpleSpanProcessor.create(asking))
                  .build()) {
            provider.get("test").spanBuilder("order").startSpan().end();
          }
          return said[0];
        }
      }
      """;

  private final URLClassLoader loader;
  private final BiFunction<List<String>, Map<String, String>, String> export;

  private RealExporters(
      URLClassLoader loader, BiFunction<List<String>, Map<String, String>, String> export) {
    this.loader = loader;
    this.export = export;
  }

  /**
   * @param folder an existing one, which takes the compiled class
   */
  @SuppressWarnings("unchecked")
  public static RealExporters load(Path folder) throws Exception {
    String classPath =
        JBangInfo.classPath(Checkout.FOLDER, Checkout.FOLDER.resolve("02-grpc-export.java"));
    Path source = Files.writeString(folder.resolve("Export.java"), SOURCE);
    String[] options = {"-proc:none", "-cp", classPath, source.toString()};
    if (ToolProvider.getSystemJavaCompiler().run(null, null, null, options) != 0) {
      throw new AssertionError("does not compile: " + source);
    }
    List<URL> urls = new ArrayList<>(List.of(folder.toUri().toURL()));
    for (String jar : classPath.split(File.pathSeparator)) {
      urls.add(Path.of(jar).toUri().toURL());
    }
    URLClassLoader loader =
        new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    Object export = loader.loadClass("Export").getConstructor().newInstance();
    return new RealExporters(
        loader, (BiFunction<List<String>, Map<String, String>, String>) export);
  }

  /**
   * Exports one span of the service {@code shop}: three attempts within 3 s.
   *
   * @param endpoint of OTLP/HTTP if it ends in {@code /v1/traces}, else of OTLP/gRPC
   * @param compression {@code gzip} or {@code none}
   * @return {@code success}, or the exporter's failure
   */
  public String export(String endpoint, String compression, Map<String, String> headers) {
    return export.apply(List.of(endpoint, compression), headers);
  }

  @Override
  public void close() throws IOException {
    loader.close();
  }
}
