/** What Dovecot 2.3 is told: one port with TLS, nothing of the system's own configuration, no root. */
import type { SystemUser } from '../paths.ts';

export interface DovecotSettings {
  port: number;
  /** Sockets and the process id; short, because the path of a socket is limited to some hundred characters. */
  runDirectory: string;
  /** One Maildir per address. */
  mailboxes: string;
  /** Directories with a passwd file for each name. */
  users: string;
  masters: string;
  certificate: string;
  key: string;
  /** Who the processes are, by name, and the same by number. */
  userName: string;
  groupName: string;
  user: SystemUser;
  /** False gives up crash safety for speed. */
  durable: boolean;
}

/** Splits `address*master` in a login by a master user. */
export const masterSeparator = '*';

export function dovecotConfig(settings: DovecotSettings): string {
  const { port, runDirectory, mailboxes, user, userName, groupName } = settings;
  const folder = (name: string) => `  mailbox ${name} {
    auto = subscribe
    special_use = \\${name}
  }`;
  return `
protocols = imap
listen = 127.0.0.1
base_dir = ${runDirectory}
state_dir = ${runDirectory}
instance_name = chairside
default_internal_user = ${userName}
default_internal_group = ${groupName}
default_login_user = ${userName}
log_path = /dev/stderr

ssl = required
ssl_cert = <${settings.certificate}
ssl_key = <${settings.key}
ssl_min_protocol = TLSv1.2

auth_mechanisms = plain login
auth_master_user_separator = ${masterSeparator}
auth_failure_delay = 0
passdb {
  driver = passwd-file
  args = ${settings.masters}/%u
  master = yes
}
passdb {
  driver = passwd-file
  args = ${settings.users}/%u
}
userdb {
  driver = static
  args = uid=${user.uid} gid=${user.gid} home=${mailboxes}/%u allow_all_users=yes
}
first_valid_uid = 1
first_valid_gid = 1

mail_location = maildir:~/mail
mail_fsync = ${settings.durable ? 'optimized' : 'never'}
mail_max_userip_connections = 100
namespace inbox {
  inbox = yes
  separator = /
${['Sent', 'Trash', 'Drafts', 'Junk'].map(folder).join('\n')}
}

service imap-login {
  chroot =
  inet_listener imap {
    port = 0
  }
  inet_listener imaps {
    port = ${port}
    ssl = yes
  }
}
service anvil {
  chroot =
  # Wrong passwords would make later logins slow, also those of others.
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service stats {
  chroot =
}
`;
}
