package io.github.embeddedkms.store;

/**
 * Where an entry stands: equal ids in two accounts or Regions are two entries.
 *
 * @param account the account, twelve digits
 * @param region the Region
 * @param id a key id, or an alias name with its prefix {@code alias/}
 */
public record Address(String account, String region, String id) {}
