package support;

import java.nio.file.Path;
import workshop.lesson.WorkshopFolder;

/** The checkout under test. */
public final class Checkout {
  public static final Path FOLDER = WorkshopFolder.find();

  private Checkout() {}
}
