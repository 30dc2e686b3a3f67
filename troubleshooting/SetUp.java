import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;

/** Sets something up on a class path that lacks what it needs: see {@link Lab#without}. */
final class SetUp {
  static final String HTTP = "http";
  static final String GRPC = "grpc";
  static final String AUTOCONFIGURE = "autoconfigure";

  private SetUp() {}

  /**
   * @param what one of the above
   */
  public static void main(String[] what) {
    switch (what[0]) {
      case HTTP -> OtlpHttpSpanExporter.builder().build();
      case GRPC -> OtlpGrpcSpanExporter.builder().build();
      default -> AutoConfiguredOpenTelemetrySdk.initialize();
    }
  }
}
