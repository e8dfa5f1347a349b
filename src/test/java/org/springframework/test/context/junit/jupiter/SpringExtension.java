package org.springframework.test.context.junit.jupiter;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.local.LocalKeyProvider;
import java.lang.reflect.Constructor;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.test.context.TestConstructor;

/**
 * Stands in for Spring's extension, which is recognized by name. Resolves the parameters that
 * Spring would, with one bean.
 */
public final class SpringExtension implements ParameterResolver {

  /** The bean of the application. */
  public static final KmsClient BEAN = LocalKeyProvider.inMemory();

  private static final String MODE = "spring.test.constructor.autowire.mode";

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return Arrays.stream(parameter.getParameter().getAnnotations())
            .map(annotation -> annotation.annotationType())
            .anyMatch(
                type ->
                    type == Autowired.class
                        || type == Qualifier.class
                        || type.isAnnotationPresent(Qualifier.class))
        || (parameter.getDeclaringExecutable() instanceof Constructor<?> constructor
            && (constructor.isAnnotationPresent(Autowired.class)
                || isAutowired(constructor.getDeclaringClass(), context)));
  }

  private static boolean isAutowired(Class<?> testClass, ExtensionContext context) {
    TestConstructor annotation = testClass.getAnnotation(TestConstructor.class);
    return annotation != null
        ? annotation.autowireMode() == TestConstructor.AutowireMode.ALL
        : context.getConfigurationParameter(MODE).equals(Optional.of("all"));
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return BEAN;
  }
}
