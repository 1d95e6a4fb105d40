package dev.mimic.testkit;

/** What the rows have shown, side by side. */
public final class ContractTable {
  private ContractTable() {}
}
