#!/usr/bin/env bash
# Runs inside the virtual machine at every boot: it becomes a VPS that its owner reaches by SSH, and nothing more.
set -euo pipefail
install -D -m 0600 /opt/brig/authorized_keys /root/.ssh/authorized_keys
umount --lazy /opt/brig
echo "vps: up, $(. /etc/os-release && echo "$PRETTY_NAME"), Linux $(uname -r), $(systemctl --version | head -1 | cut -d' ' -f1,2)"
