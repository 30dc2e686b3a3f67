package support;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/**
 * A test that needs what takes long: another process, a browser, a real backend, load, or half a
 * minute of waiting. {@code ./jbang test fast} leaves it out, and fails if it starts a process.
 */
@Tag(Slow.TAG)
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
public @interface Slow {
  String TAG = "slow";
}
