package workshop.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import workshop.text.Text;

/** The free space where JBang, Maven and the launcher keep their downloads. */
public final class DiskCheck {
  private static final long LEAST = 300_000_000;

  private DiskCheck() {}

  /**
   * @param bytes the free space there
   */
  public record Seen(Path place, long bytes) {}

  /** The place with the least free space. */
  public static Seen look(Map<String, String> environment, Path folder) throws IOException {
    Path home = Path.of(System.getProperty("user.home"));
    String repository = environment.get("JBANG_REPO");
    String jbang = environment.get("JBANG_DIR");
    List<Path> places =
        List.of(
            repository == null ? home.resolve(".m2/repository") : Path.of(repository),
            jbang == null ? home.resolve(".jbang") : Path.of(jbang),
            folder.resolve(".jbang"));
    Seen least = null;
    for (Path place : places) {
      Path there = place.toAbsolutePath();
      while (!Files.exists(there)) {
        there = there.getParent();
      }
      long bytes = Files.getFileStore(there).getUsableSpace();
      if (least == null || bytes < least.bytes()) {
        least = new Seen(place, bytes);
      }
    }
    return least;
  }

  public static Diagnosis judge(Seen seen) {
    String found =
        (seen.bytes() < 1_000_000_000
                ? String.format(Locale.ROOT, "%.0f MB", seen.bytes() / 1e6)
                : String.format(Locale.ROOT, "%.1f GB", seen.bytes() / 1e9))
            + " free for "
            + Text.safe(seen.place().toString(), 200);
    return seen.bytes() < LEAST
        ? Diagnosis.warning(
            "disk",
            found,
            "The lessons, the tool and the tests may not fit. Free some space there.")
        : Diagnosis.ok("disk", found);
  }
}
