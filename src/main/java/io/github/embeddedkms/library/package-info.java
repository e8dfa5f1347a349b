/**
 * The libraries that an application brings: their coordinates, the least version of each, and the
 * error for one that is missing or too old.
 *
 * <p>Must not know who uses a library, nor use one itself.
 *
 * <p>Start reading at {@link io.github.embeddedkms.library.Library}.
 */
package io.github.embeddedkms.library;
