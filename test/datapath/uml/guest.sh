#!/bin/bash
# First process of the guest: makes the host's files writable on top (overlay), loads what the tests
# need and runs the program. Environment: MODULES, WORK (the one writable folder of the host), NODE.
# The result is the file rc in WORK; no such file means that the guest died.
mount -t proc proc /proc
mount -t sysfs sys /sys
modprobe -d "$MODULES" overlay
mount -t tmpfs tmpfs /mnt
mkdir -p /mnt/upper /mnt/work /mnt/root
mount -t overlay overlay -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work /mnt/root
cd /mnt/root || exit 1
mount -t proc proc proc
mount -t sysfs sys sys
mount --bind /dev dev
mount -t tmpfs tmpfs run
for module in 8021q veth; do modprobe -d "$MODULES" "$module"; done
mkdir -p "mnt/guest"
mount -t hostfs -o "$WORK" none mnt/guest
ip link set lo up
chroot /mnt/root "$NODE" /mnt/guest/guest.mjs branches /mnt/guest/result.json \
  >mnt/guest/log 2>&1 </dev/null
echo $? >mnt/guest/rc
sync
busybox poweroff -f
