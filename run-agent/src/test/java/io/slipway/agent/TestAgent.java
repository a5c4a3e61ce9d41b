package io.slipway.agent;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.slipway.agent.config.AgentConfig;
import io.slipway.agent.lease.HeldLeases;
import io.slipway.contract.kafka.KafkaSettings;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import java.lang.annotation.Annotation;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The whole agent in a test: its real classes, wired as the container does, without the container's
 * build. Several agents may live side by side.
 */
public final class TestAgent implements AutoCloseable {
  public static final ObjectMapper JSON =
      new ObjectMapper()
          .registerModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private final Map<Class<?>, Object> beans = new LinkedHashMap<>();
  private final Map<String, Object> kafka;
  private boolean stopped;

  /**
   * Makes an agent that executes nothing.
   *
   * @param folder its own
   * @param services address of all services
   * @param settings further settings, by their full names
   */
  public TestAgent(
      Path folder, String bootstrap, String prefix, String services, Map<String, String> settings)
      throws Exception {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("slipway.agent.executor", "nothing");
    all.put("slipway.agent.benchmark", "true");
    all.put("slipway.kafka.topic-prefix", prefix);
    all.putAll(settings);
    all.put("kafka.bootstrap.servers", bootstrap);
    kafka = KafkaSettings.read(all.keySet(), name -> Optional.ofNullable(all.get(name)));
    all.keySet().removeAll(Set.of(KafkaSettings.USER, KafkaSettings.PASSWORD_FILE));
    beans.put(AgentConfig.class, TestAgentConfig.of(folder, services, all));
    beans.put(ObjectMapper.class, JSON);
    beans.put(InstantSource.class, InstantSource.system());
    beans.put(MeterRegistry.class, new SimpleMeterRegistry());
    for (String producer :
        List.of("http.EgressProducer", "http.ServiceClientProducer", "step.BuilderProducer")) {
      produce(Class.forName("io.slipway.agent." + producer));
    }
    bean(Class.forName("io.slipway.agent.intake.RunQueue"));
  }

  /** Starts what starts with the agent. */
  public TestAgent start() throws Exception {
    fire(new StartupEvent());
    return this;
  }

  /** Tells the agent to stop, as a signal does, and waits until it has. */
  public void stop() throws Exception {
    stopped = true;
    fire(new ShutdownEvent());
    for (Object bean : new ArrayList<>(beans.values()).reversed()) {
      for (Method method : annotated(bean.getClass(), PreDestroy.class)) {
        call(bean, method);
      }
    }
  }

  @Override
  public void close() throws Exception {
    if (!stopped) {
      stop();
    }
  }

  /** Whether a run is at work. */
  public boolean isHolding() {
    try {
      return !bean(HeldLeases.class).all().isEmpty();
    } catch (Exception failed) {
      throw new IllegalStateException(failed);
    }
  }

  /** The agent's one object of a class. */
  public <T> T bean(Class<T> type) throws Exception {
    for (Map.Entry<Class<?>, Object> known : beans.entrySet()) {
      if (type.isAssignableFrom(known.getKey())) {
        return type.cast(known.getValue());
      }
    }
    // As the container chooses: the annotated one, which is also the one with the fewest settings.
    Constructor<?> constructor =
        Arrays.stream(type.getDeclaredConstructors())
            .min(Comparator.comparing(each -> each.isAnnotationPresent(Inject.class) ? 0 : 1))
            .orElseThrow();
    constructor.setAccessible(true);
    T made = type.cast(constructor.newInstance(arguments(constructor.getParameters(), null)));
    beans.put(type, made);
    for (Method method : annotated(type, PostConstruct.class)) {
      call(made, method);
    }
    return made;
  }

  private void produce(Class<?> producer) throws Exception {
    Object made = bean(producer);
    List<Method> methods = annotated(producer, Produces.class);
    methods.sort(Comparator.comparing(Method::getParameterCount).reversed());
    while (!methods.isEmpty()) {
      boolean any =
          methods.removeIf(method -> {
            try {
              if (!Arrays.stream(method.getParameterTypes()).allMatch(this::isThere)) {
                return false;
              }
              beans.put(method.getReturnType(), call(made, method));
              return true;
            } catch (Exception failed) {
              throw new IllegalStateException(failed);
            }
          });
      if (!any) {
        throw new IllegalStateException("nothing makes what these need: " + methods);
      }
    }
  }

  private boolean isThere(Class<?> type) {
    return beans.keySet().stream().anyMatch(type::isAssignableFrom);
  }

  private void fire(Object event) throws Exception {
    for (Object bean : new ArrayList<>(beans.values())) {
      for (Method method : bean.getClass().getDeclaredMethods()) {
        for (Parameter parameter : method.getParameters()) {
          if (parameter.isAnnotationPresent(Observes.class)
              && parameter.getType() == event.getClass()) {
            method.setAccessible(true);
            invoke(bean, method, arguments(method.getParameters(), event));
          }
        }
      }
    }
  }

  private static List<Method> annotated(Class<?> type, Class<? extends Annotation> annotation) {
    List<Method> methods = new ArrayList<>();
    for (Method method : type.getDeclaredMethods()) {
      if (method.isAnnotationPresent(annotation)) {
        methods.add(method);
      }
    }
    return methods;
  }

  private Object call(Object bean, Method method) throws Exception {
    method.setAccessible(true);
    return invoke(bean, method, arguments(method.getParameters(), null));
  }

  private static Object invoke(Object bean, Method method, Object[] arguments) throws Exception {
    try {
      return method.invoke(bean, arguments);
    } catch (InvocationTargetException failed) {
      throw failed.getCause() instanceof Exception cause ? cause : failed;
    }
  }

  private Object[] arguments(Parameter[] parameters, Object event) throws Exception {
    Object[] arguments = new Object[parameters.length];
    for (int i = 0; i < parameters.length; i++) {
      Class<?> type = parameters[i].getType();
      if (event != null && type == event.getClass()) {
        arguments[i] = event;
      } else {
        arguments[i] = type == Map.class ? kafka : bean(type);
      }
    }
    return arguments;
  }
}
