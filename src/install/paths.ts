/**
 * Every place on a machine that `brig install` touches.
 * @module
 */

/** The user that the service runs as, and the name that reserves its ids. */
export const USER = "brig";
/** The service's name for systemctl. */
export const SERVICE = "brig.service";

export const EXECUTABLE = "/usr/local/bin/brig";
/** nsjail for the wrapper, its configuration, and the executable before the last upgrade. */
export const LIBRARY = "/usr/local/lib/brig";
export const PREVIOUS = `${LIBRARY}/previous`;
export const WRAPPER = `${LIBRARY}/current`;
export const WRAPPER_CONFIG = `${LIBRARY}/outer-namespace.cfg`;

export const UNIT = "/etc/systemd/system/brig.service";
export const SETTINGS_FOLDER = "/etc/brig";
export const SETTINGS = `${SETTINGS_FOLDER}/brig.toml`;
/** What install has found and made: it stays as long as the settings and the user do. */
export const RECORD = `${SETTINGS_FOLDER}/installed.json`;
export const SYSCTL = "/etc/sysctl.d/60-brig.conf";
export const APPARMOR = "/etc/apparmor.d/brig";
/** Where AppArmor knows the rule `userns`. */
export const APPARMOR_ABI = "/etc/apparmor.d/abi/4.0";
export const SUBORDINATE = ["/etc/subuid", "/etc/subgid"] as const;

/** Gone with the next boot. */
export const LOCK = "/run/brig-install.lock";

/** systemd's StateDirectory: the one data folder that the service may write to. */
export const DATA = "/var/lib/brig";
export const SOCKET = `${DATA}/brig.sock`;
/** The database as it was before the last upgrade. */
export const BEFORE_UPGRADE = `${DATA}/before-upgrade`;
/** What a version had written that was given up after an upgrade was cut off. */
export const FAILED_UPGRADE = `${DATA}/failed-upgrade`;
