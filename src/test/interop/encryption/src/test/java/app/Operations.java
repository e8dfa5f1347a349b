package app;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;

/**
 * Records which operations of AWS KMS a program uses. The AWS SDK finds it by the file {@code
 * execution.interceptors}, so that clients of the program's own have it too.
 */
public final class Operations implements ExecutionInterceptor {

  private static final List<String> RECORDED = new CopyOnWriteArrayList<>();

  @Override
  public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
    RECORDED.add(attributes.getAttribute(SdkExecutionAttribute.OPERATION_NAME));
  }

  /** The operations since the last time. */
  static List<String> taken() {
    List<String> taken = List.copyOf(RECORDED);
    RECORDED.clear();
    return taken;
  }
}
