package workshop.task;

import java.util.Optional;

/** Where a learner reads a task, which decides what to press or to type for it. */
public enum Where {
  /** In the guide, which has keys. */
  GUIDE,
  /** On the page, which has buttons. */
  PAGE,
  /** In the lesson's file, or printed by a command. */
  BY_HAND;

  /** A task's text with how to get its faults, if it needs some. */
  String tell(String text, Optional<String> fault) {
    return fault
        .map(
            script ->
                switch (this) {
                  case GUIDE -> text + " For these faults, press f.";
                  case PAGE -> text + " For these faults, use the button.";
                  case BY_HAND ->
                      text
                          + " For these faults, type `./jbang backend --fault \""
                          + script
                          + "\"`.";
                })
        .orElse(text);
  }

  /** What runs a lesson so that the tool sees what it prints. */
  String run() {
    return switch (this) {
      case GUIDE -> "press r.";
      case PAGE -> "press Run all.";
      case BY_HAND -> "type ./jbang workshop check";
    };
  }
}
