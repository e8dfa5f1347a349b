package example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an application server does with an application that is replaced. A thread that it left
 * behind would keep its classes, too.
 */
class RedeployTest {

  @TempDir private Path folder;

  @Test
  void application_isStopped_itsClassesAreCollected() throws Exception {
    WeakReference<ClassLoader> application = new WeakReference<>(runAndClose());
    for (int i = 0; i < 100 && application.get() != null; i++) {
      System.gc();
      Thread.sleep(100);
    }
    assertThat(application.get()).isNull();
  }

  private ClassLoader runAndClose() throws Exception {
    List<URL> path = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      path.add(Path.of(entry).toUri().toURL());
    }
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try (URLClassLoader application =
        new URLClassLoader(path.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      Thread.currentThread().setContextClassLoader(application);
      @SuppressWarnings("unchecked")
      Consumer<Path> start =
          (Consumer<Path>)
              application
                  .loadClass(RedeployedApplication.class.getName())
                  .getConstructor()
                  .newInstance();
      start.accept(folder);
      return application;
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }
}
