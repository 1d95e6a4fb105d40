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
 * A named list of modules: one deployment target and any number of extensions. MirageOS calls this
 * a configuration. Immutable.
 *
 * @param name the name shown to people
 * @param modules the modules of the target and the extensions; a later one overrides an earlier one
 */
public record Deployment(String name, List<Module> modules) {

  /** Creates a deployment; copies the list. */
  public Deployment {
    requireNonNull(name, "name");
    modules = List.copyOf(modules);
  }

  /** Returns a deployment of these modules. */
  public static Deployment of(String name, Module... modules) {
    return new Deployment(name, List.of(modules));
  }

  /** Returns this deployment with more modules at the end of the list. */
  public Deployment with(Module... more) {
    List<Module> all = new ArrayList<>(modules);
    all.addAll(List.of(more));
    return new Deployment(name, all);
  }

  /**
   * Returns a new injector of the modules.
   *
   * @throws com.google.inject.CreationException if the modules are inconsistent; the message names
   *     their source lines
   */
  public Injector injector() {
    return Guice.createInjector(modules);
  }

  /** Returns the resolver of a new injector. */
  public MimicResolver resolver() {
    return injector().getInstance(MimicResolver.class);
  }

  /**
   * Checks the deployment without connecting and without running derivations. The modules must be
   * consistent and have exactly one target, which {@code Stage.TOOL} does not check. The findings
   * are about the schemes that the modules serve.
   *
   * @return the findings; empty if there are none
   * @throws com.google.inject.CreationException if the modules are inconsistent
   */
  public List<Inventory.Finding> validate() {
    return resolver().inventory().findings();
  }
}
