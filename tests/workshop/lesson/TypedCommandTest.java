package workshop.lesson;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How a command is named that a learner types. */
class TypedCommandTest {
  @Test
  void onWindowsACommandIsTypedWithABackslash() {
    assertThat(Launcher.typed("Type `./jbang backend` now", true))
        .isEqualTo("Type `.\\jbang backend` now");
    assertThat(Launcher.typed("Type ./jbang backend", false)).isEqualTo("Type ./jbang backend");
  }
}
