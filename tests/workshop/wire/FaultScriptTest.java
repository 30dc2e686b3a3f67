package workshop.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The language of faults: what it takes, and what it says of what it does not take. */
class FaultScriptTest {
  private static Backend backend;

  @BeforeAll
  static void start() throws IOException {
    backend = Backend.start(Backend.Options.onFreePorts());
  }

  @AfterAll
  static void stop() {
    backend.close();
  }

  @BeforeEach
  void clear() {
    backend.faults().clear();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2x 503 retry-after=1",
        "UNAVAILABLE retry-info=200ms for grpc",
        "14",
        "16 message=\"no entry, ever\"",
        "599 delay=1.5s",
        "delay=2",
        "1000x delay=1m for service=\"web shop\"",
        "hang",
        "close for http",
        "reset",
        "garbage",
        "half for path=/v1/traces",
        "partial=3 message=\"over a quota\"",
        "limit=1kB",
        "10x 429 for service=shop http path=/v1/logs"
      })
  void takes(String fault) {
    backend.faults().add(FaultScript.parse(fault));

    assertThat(backend.faults().waiting()).containsExactly(fault);
  }

  @Test
  void takesManyOverSeveralLines() {
    backend.faults().add(FaultScript.parse(" 1x hang ,\n\t3x  404 for http,token=abc "));

    assertThat(backend.faults().waiting()).containsExactly("hang", "3x 404 for http", "token=****");
  }

  @Test
  void showsNoToken() {
    backend.faults().add(FaultScript.parse("token=\"s3 cret\" message=x, delay=1s token=s3cret"));

    assertThat(backend.faults().waiting())
        .containsExactly("token=**** message=x", "delay=1s token=****");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          503, foo                | 5  | a status such as 503 or UNAVAILABLE, or hang, close
          503,                    | 4  | a status such as 503 or UNAVAILABLE, or hang, close
          2x                      | 2  | a status such as 503 or UNAVAILABLE, or hang, close
          2x for grpc             | 3  | a status such as 503 or UNAVAILABLE, or hang, close
          OK                      | 0  | a status such as 503 or UNAVAILABLE, or hang, close
          200                     | 0  | an HTTP code from 300 to 599, or a gRPC code from 1 to 16
          17                      | 0  | an HTTP code from 300 to 599, or a gRPC code from 1 to 16
          0x 503                  | 0  | 1x to 1000x
          503 429                 | 4  | a comma: each fault has one action
          503 retry-after=soon    | 16 | a time up to 3600s, such as 200ms, 1.5s or 2
          delay=61s               | 6  | a time up to 60s, such as 200ms, 1.5s or 2
          delay=0                 | 6  | a time up to 60s, such as 200ms, 1.5s or 2
          hang retry-after=1      | 5  | retry-after= and retry-info= only together with a status
          hang message=x          | 5  | message= only together with a status, partial=, token= or limit=
          partial=all             | 8  | the number of items to reject, such as partial=3
          limit=big               | 6  | a size, such as 500B, 1kB or 2MB
          token=                  | 6  | a token, such as token=abc
          503 colour=red          | 4  | delay=, retry-after=, retry-info=, message=, partial=
          503 message="a, b       | 12 | a second quote after this one
          503 for                 | 7  | grpc, http, path=/... or service=NAME
          503 for me              | 8  | grpc, http, path=/... or service=NAME
          503 for path=v1         | 13 | a path, such as path=/v1/traces
          """)
  void saysWhatItExpectedAndWhere(String script, int place, String expected) {
    assertThatThrownBy(() -> FaultScript.parse(script))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .startsWith("expected " + expected)
        .endsWith("\n  " + script + "\n" + " ".repeat(2 + place) + "^");
  }

  @Test
  void showsThePlaceInALongScriptWithin80Columns() {
    assertThatThrownBy(() -> FaultScript.parse("503, ".repeat(40) + "x, " + "503, ".repeat(20)))
        .message()
        .satisfies(
            message -> {
              List<String> lines = message.lines().toList();
              assertThat(lines).allMatch(line -> line.length() <= 80);
              int caret = lines.get(lines.size() - 1).length() - 1;
              assertThat(lines.get(lines.size() - 2).charAt(caret)).isEqualTo('x');
            });
  }

  @Test
  void isBounded() {
    assertThatThrownBy(() -> FaultScript.parse("503,".repeat(49) + "503" + " ".repeat(2000)))
        .hasMessageContaining("expected at most 2000 characters");
    assertThatThrownBy(() -> FaultScript.parse("503,".repeat(50) + "503"))
        .hasMessageContaining("expected at most 50 faults");
    FaultScript fifty = FaultScript.parse("503,".repeat(49) + "503");
    for (int i = 0; i < 4; i++) {
      backend.faults().add(fifty);
    }
    assertThatThrownBy(() -> backend.faults().add(fifty))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("at most 200 faults can be queued");
    assertThat(backend.faults().waiting()).hasSize(200);
    backend.faults().replace(fifty);
    assertThat(backend.faults().waiting()).hasSize(50);
  }
}
