package workshop.task;

import java.util.Optional;

/** Where a learner reads a task, which decides how to ask for the faults that it needs. */
public enum Where {
  /** In the guide, which has a key for it. */
  GUIDE,
  /** On the page, which has a button for it. */
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
}
