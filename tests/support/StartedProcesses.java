package support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/** The processes that this JVM starts while this is open, as Java's own flight recorder sees. */
public final class StartedProcesses implements AutoCloseable {
  private static final String EVENT = "jdk.ProcessStart";

  private final Recording recording = new Recording();

  public StartedProcesses() {
    recording.enable(EVENT).withStackTrace();
    recording.start();
  }

  /** Ends the recording: each process's command, and the code of ours that started it. */
  public List<String> end() throws IOException {
    recording.stop();
    Path file = Files.createTempFile("started", ".jfr");
    try {
      recording.dump(file);
      List<String> processes = new ArrayList<>();
      for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
        if (!event.getEventType().getName().equals(EVENT)) {
          continue; // one about the recording itself
        }
        String by =
            Stream.ofNullable(event.getStackTrace())
                .flatMap(trace -> trace.getFrames().stream())
                .map(RecordedFrame::getMethod)
                .map(method -> method.getType().getName() + "." + method.getName())
                .filter(method -> method.matches("(workshop|checkout)\\..*"))
                .reduce((inner, outer) -> outer)
                .orElse("another thread");
        processes.add("by " + by + ": " + event.getString("command"));
      }
      return processes;
    } finally {
      Files.delete(file);
    }
  }

  @Override
  public void close() {
    recording.close();
  }
}
