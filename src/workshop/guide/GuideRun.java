package workshop.guide;

import java.util.List;

/**
 * What the newest run of a lesson has shown so far.
 *
 * @param withFault the id of the task whose faults it met, else empty
 * @param output the last lines that it printed; empty after a run by hand
 * @param traces its traces as trees
 * @param problem why it failed before it sent anything, else empty
 * @param place the line that does not compile and a caret below it, else empty
 */
record GuideRun(
    String withFault,
    List<String> output,
    List<String> traces,
    String problem,
    List<String> place) {
  static final GuideRun NONE = new GuideRun("", List.of(), List.of(), "", List.of());

  GuideRun withOutput(List<String> lines) {
    return new GuideRun(withFault, lines, traces, problem, place);
  }

  GuideRun withTraces(List<String> trees) {
    return new GuideRun(withFault, output, trees, problem, place);
  }
}
