package io.github.embeddedkms.store;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/** Wraps JDBC objects so that a test sees their calls and may change them. */
final class Intercepted {

  private Intercepted() {}

  /** Returns an object whose calls go to the handler, except those of {@link Object}. */
  static <T> T of(Class<T> type, InvocationHandler handler) {
    InvocationHandler object =
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "hashCode" -> System.identityHashCode(proxy);
              case "equals" -> proxy == arguments[0];
              case "toString" -> type.getSimpleName();
              default -> handler.invoke(proxy, method, arguments);
            };
    return type.cast(
        Proxy.newProxyInstance(Intercepted.class.getClassLoader(), new Class<?>[] {type}, object));
  }

  /** Calls the method on the target and throws what the method throws. */
  static Object call(Object target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
