package workshop.command;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import workshop.guide.Guide;
import workshop.lesson.WorkshopFolder;
import workshop.notebook.Notebooks;
import workshop.page.Lessons;
import workshop.page.Page;
import workshop.wire.Backend;

/** The page of a backend with the lessons: their tasks and their notebooks. */
final class LessonsPage implements AutoCloseable {
  private final Page page;
  private final Guide guide;
  private final Notebooks notebooks;

  private LessonsPage(Page page, Guide guide, Notebooks notebooks) {
    this.page = page;
    this.guide = guide;
    this.notebooks = notebooks;
  }

  /**
   * Starts to serve the page; without lessons if this folder has none.
   *
   * @param port 0 for a free one
   * @throws java.net.BindException if the port is in use
   * @throws IOException if the address cannot be bound for another reason
   */
  static LessonsPage start(InetAddress bind, int port, Backend backend) throws IOException {
    Optional<Path> folder = WorkshopFolder.ifAny();
    if (folder.isEmpty()) {
      return new LessonsPage(Page.start(bind, port, backend, null, null), null, null);
    }
    Guide guide = new Guide(folder.get(), backend);
    try {
      return start(bind, port, backend, folder.get(), guide);
    } catch (IOException | RuntimeException e) {
      guide.close();
      throw e;
    }
  }

  /** The same with a given guide; closing the page closes the guide, too. */
  static LessonsPage start(InetAddress bind, int port, Backend backend, Path folder, Guide guide)
      throws IOException {
    Notebooks notebooks = new Notebooks(folder, backend);
    try {
      Page page = Page.start(bind, port, backend, shown(guide), notebooks);
      guide.onChange(page::guideChanged);
      notebooks.onDone(
          (lesson, done) ->
              guide.judgeCells(lesson, done.exchanges(), done.printed(), done.code()));
      return new LessonsPage(page, guide, notebooks);
    } catch (IOException | RuntimeException e) {
      notebooks.close();
      throw e;
    }
  }

  private static Lessons shown(Guide guide) {
    return new Lessons() {
      @Override
      public String json() {
        return guide.json();
      }

      @Override
      public void hint(String task) {
        guide.hint(task);
      }
    };
  }

  /** What to open in a browser. */
  String addressWithToken() {
    return page.addressWithToken();
  }

  /** The same for each address that it listens on, this machine's first. */
  List<String> addressesWithToken() {
    return page.addressesWithToken();
  }

  /** Ends the sessions of the notebooks and everything that runs. */
  @Override
  public void close() {
    page.close();
    if (notebooks != null) {
      notebooks.close();
      guide.close();
    }
  }
}
