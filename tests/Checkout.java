package tests;

import java.nio.file.Path;
import workshop.lesson.WorkshopFolder;

/** The checkout under test. */
final class Checkout {
  static final Path FOLDER = WorkshopFolder.find();

  private Checkout() {}
}
