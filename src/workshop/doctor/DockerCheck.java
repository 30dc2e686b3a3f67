package workshop.doctor;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Whether {@code docker compose} can start the Collector and Jaeger; everything else works without
 * it.
 */
public final class DockerCheck {
  private static final Duration LIMIT = Duration.ofSeconds(3);

  private DockerCheck() {}

  /**
   * @param installed whether there is a program {@code docker}
   * @param engine the version of the engine, if it responds in time
   * @param compose the version of compose, if it is installed
   */
  public record Seen(boolean installed, Optional<String> engine, Optional<String> compose) {}

  public static Seen look(Path folder) throws IOException, InterruptedException {
    Optional<Bounded.Answer> engine =
        ask(folder, "docker", "version", "--format", "{{.Server.Version}}");
    if (version(engine).isEmpty()) {
      return new Seen(engine.isPresent(), Optional.empty(), Optional.empty());
    }
    return new Seen(
        true, version(engine), version(ask(folder, "docker", "compose", "version", "--short")));
  }

  public static Diagnosis judge(Seen seen) {
    String found;
    if (!seen.installed()) {
      found = "not installed";
    } else if (seen.engine().isEmpty()) {
      found = "the engine is not running";
    } else if (seen.compose().isEmpty()) {
      found = seen.engine().get() + ", without compose";
    } else {
      return Diagnosis.ok("Docker", seen.engine().get() + ", compose " + seen.compose().get());
    }
    return Diagnosis.ok("Docker", found + "; only docker-compose.yml needs it");
  }

  private static Optional<Bounded.Answer> ask(Path folder, String... command)
      throws IOException, InterruptedException {
    return Bounded.ask(folder, Bounded.nothing(), LIMIT, List.of(command));
  }

  private static Optional<String> version(Optional<Bounded.Answer> answer) {
    return answer
        .filter(Bounded.Answer::good)
        .map(Bounded.Answer::out)
        .filter(out -> out.matches("[\\w.+~-]{1,40}"));
  }
}
