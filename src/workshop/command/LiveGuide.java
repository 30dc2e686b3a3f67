package workshop.command;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import workshop.guide.FileWatch;
import workshop.guide.Guide;
import workshop.guide.GuideScreen;
import workshop.lesson.Lesson;
import workshop.lesson.WorkshopFolder;
import workshop.task.Progress;
import workshop.terminal.TakenPorts;
import workshop.wire.Backend;

/** The guide on a terminal: a backend, the page, and a learner who edits lessons. */
final class LiveGuide {
  private LiveGuide() {}

  /**
   * Leads through the lessons until the learner quits.
   *
   * @param typed the lesson to start with; null for the one to go on with
   * @param open whether to open the page in the browser
   * @return 0, or 1 if a port is taken
   * @throws workshop.lesson.UnknownLessonException if there is no such lesson
   */
  static int run(Ports ports, String typed, boolean open) throws IOException, InterruptedException {
    ports.validate();
    Path folder = WorkshopFolder.find();
    Optional<Lesson> first =
        typed == null
            ? Optional.empty()
            : Optional.of(Lesson.chosen(folder, List.of(typed)).get(0));
    InetAddress loopback = InetAddress.getByName("127.0.0.1");
    Backend backend;
    try {
      backend = Backend.start(new Backend.Options(loopback, ports.grpc, ports.http, 1000));
    } catch (IOException e) {
      return taken(loopback, ports, e);
    }
    try (backend;
        Guide guide = new Guide(folder, backend)) {
      LessonsPage page;
      try {
        page = LessonsPage.start(loopback, ports.page, backend, folder, guide);
      } catch (IOException e) {
        backend.close();
        return taken(loopback, ports, e);
      }
      try (page;
          FileWatch watch = new FileWatch()) {
        watch(watch, folder, guide);
        first.ifPresent(guide::open);
        guide.prepare();
        String address = page.addressWithToken();
        BrowserStart browser = open ? new BrowserStart(address) : null;
        try (browser) {
          GuideScreen.run(guide, List.of(address, ports(backend)));
        }
        return 0;
      }
    }
  }

  /** Each save of a lesson runs it; the progress is read again when another terminal writes it. */
  private static void watch(FileWatch watch, Path folder, Guide guide) {
    Path progress = folder.resolve(Progress.FILE);
    List<Lesson> lessons = Lesson.in(folder);
    List<Path> files = new ArrayList<>();
    lessons.forEach(lesson -> files.add(folder.resolve(lesson.fileName())));
    files.add(progress);
    watch.start(
        files,
        file -> {
          if (file.equals(progress)) {
            guide.reload();
          } else {
            guide.saved(files.indexOf(file));
          }
        });
  }

  private static String ports(Backend backend) {
    return "gRPC " + backend.grpcPort() + ", HTTP " + backend.httpPort();
  }

  private static int taken(InetAddress bind, Ports ports, IOException problem) {
    System.err.print(
        TakenPorts.explain("./jbang workshop", bind, ports.grpc, ports.http, ports.page, problem));
    return 1;
  }
}
