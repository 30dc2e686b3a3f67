package workshop.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which values are hidden, and which are not. */
class SecretsTest {
  /** Headers of OTLP vendors and gateways in which a credential is sent, one a line. */
  private static final String SECRET =
      """
      x-honeycomb-team: abcdefghijklmnopqrstuv
      signoz-ingestion-key: FIRST second
      signoz-access-token: hunter
      uptrace-dsn: https://FIRST@api.uptrace.dev?grpc=4317
      api_key: hunter
      api-key: hunter
      apikey: hunter
      x-api-key: FIRST second
      x-api-token: hunter
      x-apikey: hunter
      x-access-key: hunter
      x-access-token: hunter
      x-license-key: hunter
      x-licence: hunter
      x-admin-key: hunter
      dd-api-key: hunter
      dd-application-key: hunter
      lightstep-access-token: hunter
      x-sf-token: hunter
      x-instana-key: nqtbV5cEQ5ev0MFzOIwskg
      x-sentry-auth: sentry sentry_key=FIRST
      sentry-key: hunter
      x-oneuptime-token: 9c8806e0-a4aa-11ee-be95-010d5967b068
      x-langfuse-secret-key: hunter
      x-maxim-api-key: hunter
      x-confident-api-key: hunter
      x-portkey-api-key: hunter
      galileo-api-key: hunter
      wandb-api-key: hunter
      helicone-auth: Bearer hunter
      x-logharbor-apikey: hunter
      x-api-secret: hunter
      x-sls-otel-ak-secret: hunter
      x-byteapm-appkey: hunter
      x-rollbar-access-token: hunter
      bugsnag-api-key: hunter
      x-goog-api-key: hunter
      x-goog-iam-authorization-token: hunter
      x-amz-security-token: hunter
      ocp-apim-subscription-key: hunter
      x-functions-key: hunter
      x-vault-token: hunter
      private-token: hunter
      cf-access-client-secret: hunter
      cf-access-jwt-assertion: hunter
      x-dash0-auth: hunter
      authentication: hunter
      authorization: hunter
      proxy-authorization: hunter
      cookie: a=FIRST; b=second
      set-cookie: a=FIRST
      x-csrf-token: hunter
      x-auth: hunter
      x-session-id: hunter
      mcp-session-id: hunter
      x-signature: hunter
      x-password: hunter
      x-passphrase: hunter
      x-credential: hunter
      x-account-keys: hunter
      key: hunter
      """;

  /** Names that say nothing, with values that look like a credential. */
  private static final Map<String, String> SECRET_VALUE =
      Map.of(
          "x-scope", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
          "x-class", "3f9a1c07b2e84d65a0c9f1e27d83b456",
          "x-workspace", "q8ZtR2mWn4Kx7LpV0sYb",
          "x-moesif-application-id", "eyJhcHAiOiI1MjA6MSJ9.eyJ2ZXIiOiIyIn0.d2hhdA",
          "x-upstream", "https://user:pa55word@collector:4318/v1/traces",
          "x-target", "/v1/traces?x=1&token=abc",
          "x-forward", "Bearer abc123def",
          "x-list", "a=b,api-key=hunter");

  /** Headers of OTLP exporters, proxies, tracing and HTTP in which no credential is sent. */
  private static final String HARMLESS =
      """
      accept: application/x-protobuf
      accept-encoding: gzip, deflate
      connection: keep-alive
      keep-alive: timeout=5
      content-type: application/x-protobuf
      content-type: multipart/form-data; boundary=A1b2C3d4E5f6G7h8I9j0
      content-encoding: gzip
      content-length: 1234
      content-md5: Q2hlY2sgSW50ZWdyaXR5IQ==
      date: Fri, 27 Nov 2026 02:50:25 GMT
      host: ip-10-0-17-203.eu-west-1.compute.internal:4318
      user-agent: OTel-OTLP-Exporter-Java/1.67.0
      user-agent: OTel OTLP Exporter Go/1.39.0 grpc-go/1.77.0
      te: trailers
      via: 1.1 varnish
      grpc-encoding: gzip
      grpc-accept-encoding: identity,deflate,gzip
      grpc-timeout: 9999852u
      grpc-tags-bin: (binary)
      :authority: localhost:4317
      x-authority: collector.example
      author: Ada Lovelace
      x-commit-author: ada
      traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
      tracestate: rojo=00f067aa0ba902b7,congo=t61rcWkgMzE
      baggage: user.id=42,shop=berlin
      b3: 80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-1
      x-b3-traceid: 80f198ee56343ba864fe8b2a57d3eff7
      uber-trace-id: 3e3bd2ac9b7f4f0a8d2b:1f2a:0:1
      x-amzn-trace-id: Root=1-5759e988-bd862e3fe1be46a994272793
      x-cloud-trace-context: 105445aa7843bc8bf206b12000100000/1;o=1
      sentry-trace: 771a43a4192642f0b136d5159a501700-7c51afd529da4a2a
      x-datadog-trace-id: 1234567890123456789
      x-request-id: 7f3a2b9c4d5e6f708192a3b4c5d6e7f8
      x-correlation-id: 550e8400-e29b-41d4-a716-446655440000
      request-id: a1B2c3D4e5F6g7H8i9J0k1
      x-amz-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
      if-none-match: "33a64df551425fcc55e4d42a148795d9f25f89d4"
      etag: 33a64df551425fcc55e4d42a148795d9f25f89d4
      idempotency-key: 8e03978e-40d5-43dd-bc93-6894a57f9324
      x-cache-key: orders
      sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==
      x-forwarded-for: 2001:db8:85a3:8d3:1319:8a2e:370:7348
      x-forwarded-host: shop-7d9f8b6c5d-x2k4q.default.svc
      x-ratelimit-limit-tokens: 100
      x-scope-orgid: tenant-1
      x-honeycomb-dataset: checkout
      x-axiom-dataset: prod-traces-2026-eu-west-1
      x-langfuse-ingestion-version: 4
      x-mlflow-experiment-id: 3078644569850998
      x-databricks-uc-table-name: main.default.otel_spans
      x-aws-log-group: /aws/spans/my-service
      dash0-dataset: default
      langsmith-project: my-project
      x-instana-host: ip-10-0-0-1
      x-team: core
      x-class: room 5
      x-highlight-project: 1jdkoe52
      x-service-name: checkout-service-v2-canary
      stream-name: default
      organization: default
      workshop-fault: 2x 503 retry-after=1
      """;

  @Test
  void hidesWhatTheNameOfAHeaderGivesAway() {
    SECRET
        .lines()
        .forEach(
            line ->
                assertThat(shown(line))
                    .as(line)
                    .endsWith("****")
                    .doesNotContain("FIRST", "second", "hunter", "0123", "abcdef", "9c88"));
  }

  @Test
  void keepsTheSchemeOfACredential() {
    assertThat(Secrets.inHeader("authorization", "Bearer abc def")).isEqualTo("Bearer ****");
    assertThat(Secrets.inHeader("authorization", "Basic dXNlcjpwYXNz")).isEqualTo("Basic ****");
    assertThat(Secrets.inHeader("authorization", "Basic%20dXNlcjpw")).isEqualTo("Basic%20****");
    assertThat(Secrets.inHeader("authorization", "Api-Token dt0c01.X")).isEqualTo("Api-Token ****");
    assertThat(Secrets.inHeader("authorization", "ApiKey x")).isEqualTo("ApiKey ****");
    assertThat(Secrets.inHeader("authorization", "Splunk x")).isEqualTo("Splunk ****");
    assertThat(Secrets.inHeader("authorization", "hunter second")).isEqualTo("****");
    assertThat(Secrets.inHeader("authorization", "Bearer ")).isEqualTo("****");
    assertThat(Secrets.inHeader("api-key", "")).isEqualTo("****");
  }

  @Test
  void hidesAValueThatLooksLikeACredential() {
    SECRET_VALUE.forEach(
        (name, value) -> {
          String shown = Secrets.inHeader(name, value);
          assertThat(shown).as(name).contains("****").isNotEqualTo(value);
          assertThat(shown).doesNotContain("eyJ", "pa55", "abc", "hunter", "q8Z");
        });
    assertThat(Secrets.inHeader("x-upstream", SECRET_VALUE.get("x-upstream")))
        .isEqualTo("https://****@collector:4318/v1/traces");
    assertThat(Secrets.inHeader("x-target", SECRET_VALUE.get("x-target")))
        .isEqualTo("/v1/traces?x=1&token=****");
    assertThat(Secrets.inHeader("x-list", SECRET_VALUE.get("x-list")))
        .isEqualTo("a=b,api-key=****");
  }

  @Test
  void showsWhatIsNoCredential() {
    HARMLESS.lines().forEach(line -> assertThat(shown(line)).isEqualTo(value(line)));
  }

  @Test
  void hidesCredentialsInATextAndNothingElse() {
    Map<String, String> texts =
        Map.ofEntries(
            Map.entry("POST /v1/traces?token=abc&x=1", "POST /v1/traces?token=****&x=1"),
            Map.entry("POST /v1/traces?key=AbC", "POST /v1/traces?key=****"),
            Map.entry(
                "to http://ada:pass@localhost:4318/ failed",
                "to http://****@localhost:4318/ failed"),
            Map.entry(
                "/receiver/v1/otlp/ZaVnC4dhaV1qkX8bWc2LmN0pQrStUv==/v1/traces",
                "/receiver/v1/otlp/****/v1/traces"),
            Map.entry(
                "OTEL_EXPORTER_OTLP_HEADERS=api-key=hunter,x-team=core",
                "OTEL_EXPORTER_OTLP_HEADERS=api-key=****,x-team=core"),
            Map.entry("authorization=Basic dXNlcjpwYXNz", "authorization=Basic ****"),
            Map.entry("authorization=Basic%20dXNlcjpwYXNz", "authorization=Basic%20****"),
            Map.entry("Authorization: Bearer hunter", "Authorization: Bearer ****"),
            Map.entry("{Authorization=Bearer hunter}", "{Authorization=Bearer ****}"),
            Map.entry("{\"api-key\":\"hunter\",\"x\":1}", "{\"api-key\":\"****\",\"x\":1}"),
            Map.entry("> x-honeycomb-team: hunter", "> x-honeycomb-team: ****"),
            Map.entry("sent token: a1b2c3", "sent token: ****"),
            Map.entry("sent Bearer a1b2c3d4 twice", "sent Bearer **** twice"),
            Map.entry("key sk-proj-abcdefghijkl1 was", "key **** was"));
    texts.forEach((text, shown) -> assertThat(Secrets.inText(text)).isEqualTo(shown));
    for (String text :
        List.of(
            "Failed to export 5 spans. Server responded with HTTP status code 401.",
            "missing or invalid bearer token",
            "Status{code=UNAUTHENTICATED, description=invalid token: missing}",
            "io.grpc.StatusRuntimeException: UNAUTHENTICATED: Authentication failed: no token",
            "PKIX path building failed: unable to find valid certification path",
            "Basic authentication required",
            "at com.shop.AuthFilter.filter(AuthFilter.java:42)",
            "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
            "/v1/traces/ is not an OTLP/HTTP path; use /v1/traces, /v1/metrics or /v1/logs",
            "not found: size=9 content=000012040000000000000300000000")) {
      assertThat(Secrets.inText(text)).isEqualTo(text);
    }
  }

  /** The sender decides how long a header is; searching it must not take longer by its square. */
  @Test
  void searchesLongTexts() {
    for (String part :
        List.of("token", "key: ", "bearer%20", "eyJaaaaaaaa-", "/a1B2c3D4", "://a", "auth-")) {
      Secrets.inText(part.repeat(200_000 / part.length()));
    }
  }

  private static String shown(String line) {
    String name = line.substring(0, line.indexOf(": "));
    return Secrets.inHeader(name.toLowerCase(Locale.ROOT), value(line));
  }

  private static String value(String line) {
    return line.substring(line.indexOf(": ") + 2);
  }
}
