package io.github.embeddedkms.model;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One member of a request, a response or a shared record: its names, its type with the constraints
 * on it, and its value in a record.
 *
 * <p>Everything that treats all records alike works on these members: JSON, constraints, the
 * command line, and decorators of a client that record or compare requests.
 *
 * <p>Safe for use by several threads.
 */
public final class RecordMember {

  private static final MethodType OBJECT_TO_OBJECT =
      MethodType.methodType(Object.class, Object.class);

  /** One class of records. The constructor is not a method handle: the JVM would create a class. */
  private record View(List<RecordMember> members, Constructor<?> constructor) {}

  // Reading the components of a class takes far longer than using them.
  private static final ClassValue<View> OF_CLASS =
      new ClassValue<>() {
        @Override
        protected View computeValue(Class<?> type) {
          return view(type);
        }
      };

  private final RecordComponent component;
  private final String wireName;
  private final boolean required;
  private final MethodHandle accessor;

  private RecordMember(RecordComponent component) {
    this.component = component;
    this.required = component.isAnnotationPresent(Required.class);
    WireName explicit = component.getAnnotation(WireName.class);
    this.wireName = explicit == null ? capitalized(component.getName()) : explicit.value();
    try {
      this.accessor =
          MethodHandles.publicLookup().unreflect(component.getAccessor()).asType(OBJECT_TO_OBJECT);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("records with members are public", e);
    }
  }

  /**
   * Returns the members of a class of records.
   *
   * @param type a public record
   * @return its members, in the order of the service's model; unmodifiable
   */
  public static List<RecordMember> of(Class<?> type) {
    return OF_CLASS.get(type).members;
  }

  /**
   * Creates a record from the values of its members.
   *
   * @param type a public record
   * @param values one value for each member, in the order of {@link #of}; null for an absent one
   * @param <R> the class of the record
   * @return the record
   */
  public static <R extends Record> R newRecord(Class<R> type, @Nullable Object... values) {
    try {
      return type.cast(OF_CLASS.get(type).constructor.newInstance(values));
    } catch (Exception e) {
      // Our constructors copy collections and accept null.
      throw new AssertionError("a " + type.getSimpleName() + " cannot be created", e);
    }
  }

  private static View view(Class<?> type) {
    List<RecordMember> members = new ArrayList<>();
    List<Class<?>> types = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      members.add(new RecordMember(component));
      types.add(component.getType());
    }
    try {
      return new View(List.copyOf(members), type.getConstructor(types.toArray(Class<?>[]::new)));
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException("records with members are public", e);
    }
  }

  private static String capitalized(String name) {
    return Character.toUpperCase(name.charAt(0)) + name.substring(1);
  }

  /**
   * Returns the name in Java.
   *
   * @return {@code keyId} for example
   */
  public String name() {
    return component.getName();
  }

  /**
   * Returns the name on the wire.
   *
   * @return {@code KeyId} for example
   */
  public String wireName() {
    return wireName;
  }

  /**
   * Returns the type with its type arguments.
   *
   * @return a class, or a parameterized {@link List} or {@link java.util.Map}
   */
  public Type type() {
    return component.getGenericType();
  }

  /**
   * Returns the type with the constraints on it and on its type arguments.
   *
   * @return the type as it is declared
   */
  public AnnotatedType annotatedType() {
    return component.getAnnotatedType();
  }

  /**
   * Tells whether the service refuses a request without this member.
   *
   * @return true for a member that is {@link Required}
   */
  public boolean isRequired() {
    return required;
  }

  /**
   * Tells whether the member can be absent from a response.
   *
   * @return true if the type is {@link Nullable}
   */
  public boolean isNullable() {
    return annotatedType().isAnnotationPresent(Nullable.class);
  }

  /**
   * Returns the value of this member in a record.
   *
   * @param holder a record of the class that this member belongs to
   * @return the value; null if it is absent
   */
  public @Nullable Object valueIn(Record holder) {
    try {
      return (Object) accessor.invokeExact((Object) holder);
    } catch (Throwable e) {
      // An accessor of ours returns a field.
      throw new AssertionError("accessor of " + name() + " failed", e);
    }
  }

  @Override
  public String toString() {
    return component.getDeclaringRecord().getSimpleName() + "." + name();
  }
}
