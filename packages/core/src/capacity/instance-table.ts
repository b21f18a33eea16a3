// Written by scripts/write-instance-table.mjs; do not edit by hand.
//
// Source: the limits table of aws/amazon-vpc-resource-controller-k8s, generated 2026-03-20.
// Lines without indent name instance families; the indented lines below them hold the sizes of each:
// "large 3x10+9" is 3 interfaces of 10 IPv4 addresses each and 9 branches; without "+9" the type
// cannot trunk. "8/8" are two network cards of 8 interfaces each, "32*2" are 32 cards of 2.

/** Date of the instance limits. A newer type than this is not in them. */
export const INSTANCE_TABLE_DATE = "2026-03-20";

/** Families on Nitro hardware. */
export const nitroTable = `
a1
  medium 2x4+10 · large 3x10+9 · xlarge 4x15+18 · 2xlarge 4x15+38 · 4xlarge 8x30+54
  metal 8x30+54
c5 c5d
  large 3x10+9 · xlarge 4x15+18 · 2xlarge 4x15+38 · 4xlarge 8x30+54 · 9xlarge 8x30+54
  12xlarge 8x30+54 · 18xlarge 15x50+107 · 24xlarge 15x50+107 · metal 15x50+107
c5a c5ad m5a m5ad r5a r5ad
  large 3x10+9 · xlarge 4x15+18 · 2xlarge 4x15+38 · 4xlarge 8x30+54 · 8xlarge 8x30+54
  12xlarge 8x30+54 · 16xlarge 15x50+107 · 24xlarge 15x50+107
c5n
  large 3x10+9 · xlarge 4x15+18 · 2xlarge 4x15+38 · 4xlarge 8x30+54 · 9xlarge 8x30+54
  18xlarge 15x50+107 · metal 15x50+107
c6a m6a r6a
  large 3x10+9 · xlarge 4x15+18 · 2xlarge 4x15+38 · 4xlarge 8x30+54 · 8xlarge 8x30+84
  12xlarge 8x30+114 · 16xlarge 15x50+107 · 24xlarge 15x50+107 · 32xlarge 15x50+107
  48xlarge 15x50+107 · metal 15x50+107
c6g c6gd c7g c7gd c7gn m6g m6gd m7g m7gd r6g r6gd r7g r7gd
  medium 2x4+4 · large 3x10+9 · xlarge 4x15+18 · 2xlarge 4x15+38 · 4xlarge 8x30+54
  8xlarge 8x30+54 · 12xlarge 8x30+54 · 16xlarge 15x50+107 · metal 15x50+107
c6gn
  medium 2x4+4 · large 3x10+9 · xlarge 4x15+18 · 2xlarge 4x15+38 · 4xlarge 8x30+54
  8xlarge 8x30+54 · 12xlarge 8x30+54 · 16xlarge 15x50+107
c6i c6id m6i m6id r6i r6id
  large 3x10+9 · xlarge 4x15+18 · 2xlarge 4x15+38 · 4xlarge 8x30+54 · 8xlarge 8x30+84
  12xlarge 8x30+114 · 16xlarge 15x50+107 · 24xlarge 15x50+107 · 32xlarge 15x50+107
  metal 15x50+107
c6in m6idn m6in r6idn r6in
  large 3x10+9 · xlarge 4x15+18 · 2xlarge 4x15+38 · 4xlarge 8x30+54 · 8xlarge 8x30+84
  12xlarge 8x30+114 · 16xlarge 15x50+107 · 24xlarge 15x50+107 · 32xlarge 8/8x50+106
  metal 8/8x50+106
c7a m7a r7a
  medium 2x4+4 · large 3x10+9 · xlarge 4x15+18 · 2xlarge 4x15+38 · 4xlarge 8x30+54
  8xlarge 8x30+84 · 12xlarge 8x30+114 · 16xlarge 15x50+107 · 24xlarge 15x50+107
  32xlarge 15x50+107 · 48xlarge 15x50+107 · metal-48xl 15x50+107
c7i m7i r7i
  large 3x10+9 · xlarge 4x15+18 · 2xlarge 4x15+38 · 4xlarge 8x30+54 · 8xlarge 8x30+84
  12xlarge 8x30+114 · 16xlarge 15x50+107 · 24xlarge 15x50+107 · 48xlarge 15x50+107
  metal-24xl 15x50+107 · metal-48xl 15x50+107
c7i-flex m7i-flex
  large 3x10+3 · xlarge 4x15+8 · 2xlarge 4x15+18 · 4xlarge 8x30+34 · 8xlarge 8x30+54
  12xlarge 8x30+114 · 16xlarge 15x50+107
c8a m8a r8a
  medium 2x4+4 · large 3x20+9 · xlarge 4x20+18 · 2xlarge 4x40+38 · 4xlarge 8x40+54
  8xlarge 10x40+82 · 12xlarge 12x64+110 · 16xlarge 16x64+106 · 24xlarge 16x64+106
  48xlarge 24x64+98 · metal-24xl 16x64+106 · metal-48xl 24x64+98
c8g c8gd m8g m8gd r8g r8gd x8g
  medium 2x4+4 · large 3x10+9 · xlarge 4x15+18 · 2xlarge 4x15+38 · 4xlarge 8x30+54
  8xlarge 8x30+54 · 12xlarge 8x30+54 · 16xlarge 15x50+107 · 24xlarge 15x50+107
  48xlarge 15x50+107 · metal-24xl 15x50+107 · metal-48xl 15x50+107
c8gb c8gn m8gb m8gn r8gb r8gn
  medium 2x4+4 · large 3x10+9 · xlarge 4x15+18 · 2xlarge 4x15+38 · 4xlarge 8x30+54
  8xlarge 10x30+52 · 12xlarge 12x30+50 · 16xlarge 16x50+106 · 24xlarge 24x50+98
  48xlarge 12/12x50+98
c8i c8id m8i m8id r8i r8id
  large 3x20+9 · xlarge 4x30+18 · 2xlarge 4x30+38 · 4xlarge 8x50+54 · 8xlarge 10x50+82
  12xlarge 12x50+110 · 16xlarge 16x64+106 · 24xlarge 16x64+106 · 32xlarge 24x64+98
  48xlarge 24x64+98 · 96xlarge 24x64+98 · metal-48xl 24x64+98 · metal-96xl 24x64+98
c8i-flex m8i-flex r8i-flex
  large 3x20+3 · xlarge 4x30+8 · 2xlarge 4x30+18 · 4xlarge 8x50+34 · 8xlarge 10x50+52
  12xlarge 12x50+110 · 16xlarge 16x64+106
d3
  xlarge 4x3+42 · 2xlarge 4x5+92 · 4xlarge 4x10+118 · 8xlarge 3x20+119
d3en
  xlarge 4x3+24 · 2xlarge 4x5+58 · 4xlarge 4x10+118 · 6xlarge 4x15+118 · 8xlarge 4x20+118
  12xlarge 3x30+119
dl1 p4d p4de
  24xlarge 4*15x50+62
dl2q p3dn
  24xlarge 15x50+107
f2
  6xlarge 8x30+84 · 12xlarge 8x30+114 · 48xlarge 15x50+107
g4ad
  xlarge 2x4+12 · 2xlarge 2x4+12 · 4xlarge 3x10+11 · 8xlarge 4x15+10 · 16xlarge 8x30+6
g4dn
  xlarge 3x10+39 · 2xlarge 3x10+39 · 4xlarge 3x10+59 · 8xlarge 4x15+58 · 12xlarge 8x30+54
  16xlarge 4x15+118 · metal 15x50+107
g5
  xlarge 4x15+4 · 2xlarge 4x15+17 · 4xlarge 8x30+34 · 8xlarge 8x30+84 · 12xlarge 15x50+107
  16xlarge 8x30+114 · 24xlarge 15x50+107 · 48xlarge 7x50+115
g5g
  xlarge 4x15+18 · 2xlarge 4x15+38 · 4xlarge 8x30+54 · 8xlarge 8x30+54 · 16xlarge 15x50+107
  metal 15x50+107
g6
  xlarge 4x15+18 · 2xlarge 4x15+38 · 4xlarge 8x30+54 · 8xlarge 8x30+84 · 12xlarge 8x30+114
  16xlarge 15x50+107 · 24xlarge 15x50+107 · 48xlarge 15x50+107
g6e
  xlarge 4x15+18 · 2xlarge 4x15+38 · 4xlarge 8x30+54 · 8xlarge 8x30+84 · 12xlarge 10x30+112
  16xlarge 15x50+107 · 24xlarge 10/10x50+102 · 48xlarge 4*10x50+82
g6f
  large 2x10+10 · xlarge 4x15+18 · 2xlarge 4x15+38 · 4xlarge 8x30+54
g7e
  2xlarge 4x64+120 · 4xlarge 8x64+120 · 8xlarge 8x64+120 · 12xlarge 10x64+120
  24xlarge 10/10x64+120 · 48xlarge 4*10x64+120
gr6
  4xlarge 8x30+54 · 8xlarge 8x30+84
gr6f
  4xlarge 8x30+54
i3en
  large 3x10+5 · xlarge 4x15+12 · 2xlarge 4x15+28 · 3xlarge 4x15+38 · 6xlarge 8x30+54
  12xlarge 8x30+54 · 24xlarge 15x50+107 · metal 15x50+107
i4g im4gn
  large 3x10+9 · xlarge 4x15+18 · 2xlarge 4x15+38 · 4xlarge 8x30+54 · 8xlarge 8x30+54
  16xlarge 15x50+107
i4i
  large 3x10 · xlarge 4x15+6 · 2xlarge 4x15+26 · 4xlarge 8x30+52 · 8xlarge 8x30+112
  12xlarge 8x30+112 · 16xlarge 15x50+120 · 24xlarge 15x30+105 · 32xlarge 15x50+120
  metal 15x50+120
i7i
  large 3x10+9 · xlarge 4x15+18 · 2xlarge 4x15+38 · 4xlarge 8x30+54 · 8xlarge 8x30+84
  12xlarge 8x30+84 · 16xlarge 15x50+107 · 24xlarge 15x50+107 · 48xlarge 15x50+107
  metal-24xl 15x50+107 · metal-48xl 15x50+107
i7ie
  large 3x10+19 · xlarge 4x15+27 · 2xlarge 4x15+27 · 3xlarge 4x15+27 · 6xlarge 8x30+54
  12xlarge 8x50+54 · 18xlarge 15x50+107 · 24xlarge 15x50+107 · 48xlarge 15x50+107
  metal-24xl 15x50+107 · metal-48xl 15x50+107
i8g
  large 3x10+9 · xlarge 4x15+18 · 2xlarge 4x15+38 · 4xlarge 8x30+54 · 8xlarge 8x30+54
  12xlarge 8x30+54 · 16xlarge 15x50+107 · 24xlarge 15x50+107 · 48xlarge 15x50+107
  metal-24xl 15x50+107 · metal-48xl 15x50+107
i8ge
  large 3x10+19 · xlarge 4x15+27 · 2xlarge 4x15+27 · 3xlarge 6x30+25 · 6xlarge 10x30+52
  12xlarge 12x30+50 · 18xlarge 16x50+106 · 24xlarge 16x50+106 · 48xlarge 24x50+98
  metal-24xl 16x50+106 · metal-48xl 24x50+98
inf1
  xlarge 4x10+38 · 2xlarge 4x10+38 · 6xlarge 8x30+54 · 24xlarge 11x30+111
inf2
  xlarge 4x15+18 · 8xlarge 8x30+84 · 24xlarge 15x50+107 · 48xlarge 15x50+107
is4gen
  medium 2x4+4 · large 3x10+9 · xlarge 4x15+18 · 2xlarge 4x15+38 · 4xlarge 8x30+54
  8xlarge 8x30+54
m5 r5
  large 3x10+9 · xlarge 4x15+18 · 2xlarge 4x15+38 · 4xlarge 8x30+54 · 8xlarge 8x30+54
  12xlarge 8x30+54 · 16xlarge 15x50+107 · 24xlarge 15x50+107 · metal 15x50+120
m5d m5dn m5n r5b r5d r5dn r5n
  large 3x10+9 · xlarge 4x15+18 · 2xlarge 4x15+38 · 4xlarge 8x30+54 · 8xlarge 8x30+54
  12xlarge 8x30+54 · 16xlarge 15x50+107 · 24xlarge 15x50+107 · metal 15x50+107
m5zn
  large 3x10+13 · xlarge 4x15+29 · 2xlarge 4x15+62 · 3xlarge 8x30+92 · 6xlarge 8x30+114
  12xlarge 15x50+107 · metal 15x50+107
m8azn
  medium 3x4+3 · large 4x20+8 · xlarge 4x20+18 · 3xlarge 8x40+34 · 6xlarge 8x40+54
  12xlarge 16x64+106 · 24xlarge 16x64+106 · metal-12xl 16x64+106 · metal-24xl 16x64+106
mac-m4 mac-m4max mac-m4pro mac1 mac2 mac2-m1ultra mac2-m2 mac2-m2pro
  metal 8x30+6
p5
  4xlarge 4x30+58 · 48xlarge 32*2x50+120
p5e
  48xlarge 32*2x50+120
p5en
  48xlarge 16*4x50+120
p6-b200
  48xlarge 8*4x50+120
p6-b300
  48xlarge 17*4x50+120
r7iz
  large 3x10+9 · xlarge 4x15+18 · 2xlarge 4x15+38 · 4xlarge 8x30+54 · 8xlarge 8x30+84
  12xlarge 8x30+114 · 16xlarge 15x50+107 · 32xlarge 15x50+107 · metal-16xl 15x50+107
  metal-32xl 15x50+107
t3 t4g
  nano 2x2 · micro 2x2 · small 3x4 · medium 3x6 · large 3x12 · xlarge 4x15 · 2xlarge 4x15
t3a
  nano 2x2 · micro 2x2 · small 2x4 · medium 3x6 · large 3x12 · xlarge 4x15 · 2xlarge 4x15
trn1
  2xlarge 4x15+17 · 32xlarge 8*5x50+82
trn1n
  32xlarge 16*5x50+120
u-3tb1
  56xlarge 8x30+6
u-6tb1
  56xlarge 15x50 · 112xlarge 15x50
u7i-6tb u7i-8tb
  112xlarge 15x50+107
u7i-12tb
  224xlarge 15x50+107
u7in-16tb u7in-24tb u7in-32tb
  224xlarge 8/8x50+106
vt1
  3xlarge 4x15+38 · 6xlarge 8x30+54 · 24xlarge 15x50+107
x2gd
  medium 2x4+10 · large 3x10+9 · xlarge 4x15+18 · 2xlarge 4x15+38 · 4xlarge 8x30+54
  8xlarge 8x30+54 · 12xlarge 8x30+54 · 16xlarge 15x50+107 · metal 15x50+107
x2idn
  16xlarge 15x50+107 · 24xlarge 15x50+107 · 32xlarge 15x50+107 · metal 15x50+107
x2iedn
  xlarge 4x15+11 · 2xlarge 4x15+27 · 4xlarge 8x30+54 · 8xlarge 8x30+114 · 16xlarge 15x50+107
  24xlarge 15x50+107 · 32xlarge 15x50+107 · metal 15x50+107
x2iezn
  2xlarge 4x15+62 · 4xlarge 8x30+114 · 6xlarge 8x30+114 · 8xlarge 8x30+114 · 12xlarge 15x50+107
  metal 15x50+107
x8aedz
  large 4x20+8 · xlarge 4x20+18 · 3xlarge 8x40+34 · 6xlarge 8x40+54 · 12xlarge 16x64+106
  24xlarge 16x64+106 · metal-12xl 16x64+106 · metal-24xl 16x64+106
x8i
  large 3x20+9 · xlarge 4x30+18 · 2xlarge 4x30+38 · 4xlarge 8x50+54 · 8xlarge 10x50+82
  12xlarge 12x50+110 · 16xlarge 16x64+106 · 24xlarge 16x64+106 · 32xlarge 24x64+98
  48xlarge 24x64+98 · 64xlarge 24x64+98 · 96xlarge 24x64+98 · metal-48xl 24x64+98
  metal-96xl 24x64+98
z1d
  large 3x10+13 · xlarge 4x15+28 · 2xlarge 4x15+58 · 3xlarge 8x30+54 · 6xlarge 8x30+54
  12xlarge 15x50+107 · metal 15x50+107
`;

/** Families on Xen, apart from their bare metal sizes. */
export const xenTable = `
c1
  medium 2x6 · xlarge 4x15
c3 c4 r3
  large 3x10 · xlarge 4x15 · 2xlarge 4x15 · 4xlarge 8x30 · 8xlarge 8x30
d2 i2
  xlarge 4x15 · 2xlarge 4x15 · 4xlarge 8x30 · 8xlarge 8x30
f1
  2xlarge 4x15 · 4xlarge 8x30 · 16xlarge 8x50
h1
  2xlarge 4x15 · 4xlarge 8x30 · 8xlarge 8x30 · 16xlarge 8x50
i3
  large 3x10 · xlarge 4x15 · 2xlarge 4x15 · 4xlarge 8x30 · 8xlarge 8x30 · 16xlarge 15x50
  metal 15x50+120
m1
  small 2x4 · medium 2x6 · large 3x10 · xlarge 4x15
m2
  xlarge 4x15 · 2xlarge 4x30 · 4xlarge 8x30
m3
  medium 2x6 · large 3x10 · xlarge 4x15 · 2xlarge 4x30
m4
  large 2x10 · xlarge 4x15 · 2xlarge 4x15 · 4xlarge 8x30 · 10xlarge 8x30 · 16xlarge 8x30
p3
  2xlarge 4x15 · 8xlarge 8x30 · 16xlarge 8x30
r4
  large 3x10 · xlarge 4x15 · 2xlarge 4x15 · 4xlarge 8x30 · 8xlarge 8x30 · 16xlarge 15x50
t1
  micro 2x2
t2
  nano 2x2 · micro 2x2 · small 3x4 · medium 3x6 · large 3x12 · xlarge 3x15 · 2xlarge 3x15
x1
  16xlarge 8x30 · 32xlarge 8x30
x1e
  xlarge 3x10 · 2xlarge 4x15 · 4xlarge 4x15 · 8xlarge 4x15 · 16xlarge 8x30 · 32xlarge 8x30
`;
