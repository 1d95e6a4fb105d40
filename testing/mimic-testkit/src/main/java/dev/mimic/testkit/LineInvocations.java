package dev.mimic.testkit;

import java.lang.reflect.Method;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;

/**
 * A JUnit extension that runs a line on both kinds of threads. For an excluded line it provides a
 * single invocation that only shows the reason.
 */
final class LineInvocations implements TestTemplateInvocationContextProvider {

  @Override
  public boolean supportsTestTemplate(ExtensionContext context) {
    return true;
  }

  @Override
  public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(
      ExtensionContext context) {
    return Results.of(context)
        .reasonToExclude(context.getRequiredTestMethod())
        .<Stream<TestTemplateInvocationContext>>map(reason -> Stream.of(new Excluded(reason)))
        .orElseGet(() -> Stream.of(ThreadKind.values()).map(Run::new));
  }

  private record Run(ThreadKind kind)
      implements TestTemplateInvocationContext, InvocationInterceptor {

    @Override
    public String getDisplayName(int invocationIndex) {
      return kind.toString();
    }

    @Override
    public List<Extension> getAdditionalExtensions() {
      return List.of(this);
    }

    @Override
    public void interceptTestTemplateMethod(
        Invocation<Void> invocation,
        ReflectiveInvocationContext<Method> method,
        ExtensionContext context)
        throws Throwable {
      Contract contract = (Contract) context.getRequiredTestInstance();
      contract.run(kind, Settings.of(context), () -> proceed(invocation));
      Results.of(context).addHeld(method.getExecutable(), kind);
    }

    private static Void proceed(Invocation<Void> invocation) throws Exception {
      try {
        return invocation.proceed();
      } catch (Exception | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new AssertionError(e);
      }
    }
  }

  private record Excluded(String reason)
      implements TestTemplateInvocationContext, InvocationInterceptor {

    @Override
    public String getDisplayName(int invocationIndex) {
      return "excluded: " + reason;
    }

    @Override
    public List<Extension> getAdditionalExtensions() {
      return List.of(this);
    }

    @Override
    public void interceptTestTemplateMethod(
        Invocation<Void> invocation,
        ReflectiveInvocationContext<Method> method,
        ExtensionContext context) {
      invocation.skip();
    }
  }
}
