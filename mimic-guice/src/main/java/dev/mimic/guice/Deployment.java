package dev.mimic.guice;

import static java.util.Objects.requireNonNull;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Module;
import dev.mimic.Inventory;
import dev.mimic.MimicResolver;
import java.util.ArrayList;
import java.util.List;

/**
 * A named set of modules: which target, which protocols. What OCaml's unikernels call a
 * configuration. Immutable.
 *
 * @param name what people call it
 * @param modules the target's and the extensions'; a later one overrides an earlier one
 */
public record Deployment(String name, List<Module> modules) {

  /** Copies the list. */
  public Deployment {
    requireNonNull(name, "name");
    modules = List.copyOf(modules);
  }

  /** Returns a deployment of these modules. */
  public static Deployment of(String name, Module... modules) {
    return new Deployment(name, List.of(modules));
  }

  /** Returns this deployment with more modules. */
  public Deployment with(Module... more) {
    List<Module> all = new ArrayList<>(modules);
    all.addAll(List.of(more));
    return new Deployment(name, all);
  }

  /**
   * Returns a new injector of the modules.
   *
   * @throws com.google.inject.CreationException if they do not fit together; the message names the
   *     lines of the modules to look at
   */
  public Injector injector() {
    return Guice.createInjector(modules);
  }

  /** Returns the resolver of a new injector. */
  public MimicResolver resolver() {
    return injector().getInstance(MimicResolver.class);
  }

  /**
   * Checks the deployment without connecting: that the modules fit together, that there is one
   * target (which {@code Stage.TOOL} does not look at), and what the schemes they serve may lack.
   * Derivations are not run.
   *
   * @return what was found; empty if all is well
   * @throws com.google.inject.CreationException if the modules do not fit together
   */
  public List<Inventory.Finding> validate() {
    return resolver().inventory().findings();
  }
}
