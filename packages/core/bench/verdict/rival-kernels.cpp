// The same structure in C++: one header at a time, eight interleaved, and AVX-512 gathers.
//
// Reads an image and a trace from files, then turns from stdin: "<kernel> <blocks>" answers with
// the nanoseconds a verdict took in each, on the clock of this thread's CPU time; "<kernel> 0"
// answers with the number of allowed headers and a checksum over all of them. A block is 32,768
// headers; the next turn goes on where the last one stopped. With WITH_DPDK the rules in a third
// file are classified by DPDK as well. Built for benchmarks alone.
#include <immintrin.h>
#include <time.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#ifdef WITH_DPDK
#include "rival-dpdk.h"
#endif

static const int32_t *protocols4, *trie4, *interfaces, *dir, *bits;
static const uint16_t *portClasses, *rowPages, *portPages;
static int32_t setBase, portBase, rootShift, lastShift;
static uint32_t headerCount;
static const uint32_t *who;
static const int32_t *ips;
static const uint8_t *protocolOf;
static const uint16_t *portOf;
static uint8_t *allowed;

static char *readFile(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file) exit(66);
  fseek(file, 0, SEEK_END);
  long size = ftell(file);
  rewind(file);
  char *bytes = static_cast<char *>(aligned_alloc(64, (size + 127) & ~63L));
  if (fread(bytes, 1, size, file) != static_cast<size_t>(size)) exit(66);
  fclose(file);
  return bytes;
}

// Columns in the order of layout.ts; pairs of offset and bytes from word 20 on.
static void openImage(const char *path) {
  const char *image = readFile(path);
  const int32_t *header = reinterpret_cast<const int32_t *>(image);
  auto column = [&](int index) { return image + header[20 + 2 * index]; };
  protocols4 = reinterpret_cast<const int32_t *>(column(0));
  portClasses = reinterpret_cast<const uint16_t *>(column(2));
  trie4 = reinterpret_cast<const int32_t *>(column(3));
  interfaces = reinterpret_cast<const int32_t *>(column(9));
  dir = reinterpret_cast<const int32_t *>(column(11));
  rowPages = reinterpret_cast<const uint16_t *>(column(12));
  portPages = reinterpret_cast<const uint16_t *>(column(13));
  bits = reinterpret_cast<const int32_t *>(column(14));
  setBase = header[10];
  portBase = header[11];
  rootShift = header[14];
  lastShift = header[15];
}

static void openTrace(const char *path) {
  const char *trace = readFile(path);
  headerCount = *reinterpret_cast<const uint32_t *>(trace);
  const char *at = trace + 64;
  who = reinterpret_cast<const uint32_t *>(at);
  ips = reinterpret_cast<const int32_t *>(at + 4 * headerCount);
  portOf = reinterpret_cast<const uint16_t *>(at + 8 * headerCount);
  protocolOf = reinterpret_cast<const uint8_t *>(at + 10 * headerCount);
  allowed = static_cast<uint8_t *>(aligned_alloc(64, headerCount / 8 + 64));
}

__attribute__((noinline)) static int verdict(uint32_t eni, int32_t way, int32_t ip, int32_t protocol,
                                             int32_t port) {
  const uint32_t x = ip;
  uint32_t e = trie4[x >> rootShift];
  e = trie4[(e >> 8) + ((x >> lastShift) & e & 255)];
  e = trie4[(e >> 8) + (x & e & 255)];
  int32_t q = protocols4[protocol];
  int32_t c = portClasses[(q >> 1) + (port & -(q & 1))];
  int32_t u = interfaces[(eni << 1) | way];
  int32_t a = rowPages[(e | -64) & dir[u + 1 + ((e & 0x3ffff) >> 6)]];
  int32_t r = rowPages[((e >> 18) | -64) & dir[u + setBase + ((e >> 24) & 0x7f)]];
  int32_t l = portPages[(c | -64) & dir[u + portBase + (c >> 6)]];
  const int32_t *row = bits + (dir[u] & -32) + ((l >> 5) << (dir[u] & 31));
  return (static_cast<uint32_t>(row[a] | row[r]) >> (l & 31)) & 1;
}

static void runSingle(uint32_t first, uint32_t end) {
  for (uint32_t block = first; block < end; block++) {
    int byte = 0;
    for (int lane = 0; lane < 8; lane++) {
      uint32_t at = block * 8 + lane;
      byte |= verdict(who[at], 0, ips[at], protocolOf[at], portOf[at]) << lane;
    }
    allowed[block] = byte;
  }
}

#define LANES _Pragma("GCC unroll 8") for (int k = 0; k < 8; k++)

static void runInterleaved(uint32_t first, uint32_t end) {
  for (uint32_t block = first; block < end; block++) {
    const uint32_t at = block * 8;
    int32_t u[8], c[8], a[8], r[8], l[8];
    uint32_t e[8];
    LANES {
      u[k] = interfaces[who[at + k] << 1];
      int32_t q = protocols4[protocolOf[at + k]];
      c[k] = portClasses[(q >> 1) + (portOf[at + k] & -(q & 1))];
    }
    LANES e[k] = trie4[static_cast<uint32_t>(ips[at + k]) >> rootShift];
    LANES e[k] = trie4[(e[k] >> 8) + ((ips[at + k] >> lastShift) & e[k] & 255)];
    LANES e[k] = trie4[(e[k] >> 8) + (ips[at + k] & e[k] & 255)];
    LANES {
      a[k] = dir[u[k] + 1 + ((e[k] & 0x3ffff) >> 6)];
      r[k] = dir[u[k] + setBase + ((e[k] >> 24) & 0x7f)];
      l[k] = dir[u[k] + portBase + (c[k] >> 6)];
    }
    LANES {
      a[k] = rowPages[(e[k] | -64) & a[k]];
      r[k] = rowPages[((e[k] >> 18) | -64) & r[k]];
      l[k] = portPages[(c[k] | -64) & l[k]];
    }
    int byte = 0;
    LANES {
      const int32_t place = dir[u[k]];
      const int32_t *row = bits + (place & -32) + ((l[k] >> 5) << (place & 31));
      uint32_t word = row[a[k]] | row[r[k]];
      byte |= ((word >> (l[k] & 31)) & 1) << k;
    }
    allowed[block] = byte;
  }
}

#ifdef __AVX512F__
#define V(x) _mm512_set1_epi32(x)

static inline __m512i gather(const void *base, __m512i index) {
  return _mm512_i32gather_epi32(index, base, 4);
}

static inline __m512i gather16(const void *base, __m512i index) {
  return _mm512_and_si512(_mm512_i32gather_epi32(index, base, 2), V(0xffff));
}

__attribute__((target("avx512f,avx512dq,avx512bw,avx512vl"))) static void runGather(uint32_t first,
                                                                                    uint32_t end) {
  for (uint32_t block = first; block < end; block += 2) {
    const uint32_t at = block * 8;
    const __m512i ip = _mm512_loadu_si512(ips + at);
    __m512i e = gather(trie4, _mm512_srl_epi32(ip, _mm_cvtsi32_si128(rootShift)));
    const __m512i u = gather(interfaces, _mm512_slli_epi32(_mm512_loadu_si512(who + at), 1));
    const __m512i protocol =
        _mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i *>(protocolOf + at)));
    const __m512i port =
        _mm512_cvtepu16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i *>(portOf + at)));
    const __m512i q = gather(protocols4, protocol);
    const __m512i hasPorts = _mm512_sub_epi32(V(0), _mm512_and_si512(q, V(1)));
    const __m512i key = _mm512_add_epi32(_mm512_srai_epi32(q, 1), _mm512_and_si512(port, hasPorts));
    const __m512i c = gather16(portClasses, key);
    __m512i byte = _mm512_and_si512(_mm512_srl_epi32(ip, _mm_cvtsi32_si128(lastShift)),
                                    _mm512_and_si512(e, V(255)));
    e = gather(trie4, _mm512_add_epi32(_mm512_srli_epi32(e, 8), byte));
    byte = _mm512_and_si512(ip, _mm512_and_si512(e, V(255)));
    e = gather(trie4, _mm512_add_epi32(_mm512_srli_epi32(e, 8), byte));
    const __m512i n = _mm512_srli_epi32(_mm512_and_si512(e, V(0x3ffff)), 6);
    const __m512i s = _mm512_and_si512(_mm512_srli_epi32(e, 24), V(0x7f));
    const __m512i nu = _mm512_add_epi32(u, V(1));
    const __m512i su = _mm512_add_epi32(u, V(setBase)), pu = _mm512_add_epi32(u, V(portBase));
    __m512i a = gather(dir, _mm512_add_epi32(nu, n));
    __m512i r = gather(dir, _mm512_add_epi32(su, s));
    __m512i l = gather(dir, _mm512_add_epi32(pu, _mm512_srli_epi32(c, 6)));
    a = gather16(rowPages, _mm512_and_si512(_mm512_or_si512(e, V(-64)), a));
    r = gather16(rowPages, _mm512_and_si512(_mm512_or_si512(_mm512_srli_epi32(e, 18), V(-64)), r));
    l = gather16(portPages, _mm512_and_si512(_mm512_or_si512(c, V(-64)), l));
    const __m512i place = gather(dir, u);
    const __m512i word =
        _mm512_sllv_epi32(_mm512_srli_epi32(l, 5), _mm512_and_si512(place, V(31)));
    const __m512i row = _mm512_add_epi32(_mm512_and_si512(place, V(-32)), word);
    const __m512i both = _mm512_or_si512(gather(bits, _mm512_add_epi32(a, row)),
                                         gather(bits, _mm512_add_epi32(r, row)));
    const __m512i bit = _mm512_srlv_epi32(both, _mm512_and_si512(l, V(31)));
    const uint16_t out = _mm512_test_epi32_mask(bit, V(1));
    memcpy(allowed + block, &out, 2);
  }
}
#endif

using Kernel = void (*)(uint32_t, uint32_t);

static Kernel kernelOf(const std::string &name) {
  if (name == "single") return runSingle;
  if (name == "interleaved") return runInterleaved;
#ifdef __AVX512F__
  if (name == "gather") return runGather;
#endif
#ifdef WITH_DPDK
  if (name == "dpdk-stock") return runAclStock;
  if (name == "dpdk-group-first") return runAclGroupFirst;
#endif
  return nullptr;
}

static double cpuNs() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * 1e9 + now.tv_nsec;
}

int main(int, char **argv) {
  openImage(argv[1]);
  openTrace(argv[2]);
#ifdef WITH_DPDK
  bool hasAcl = false;
#endif
  const uint32_t blockBytes = 32768 / 8, allBytes = headerCount / 8;
  uint32_t at = 0;
  char name[32];
  int blocks;
  while (scanf("%31s %d", name, &blocks) == 2) {
#ifdef WITH_DPDK
    // One process of a machine may have it, and its lists take seconds to build.
    if (!hasAcl && strncmp(name, "dpdk", 4) == 0) {
      openAcl(argv[3], {headerCount, ips, portOf, protocolOf});
      hasAcl = true;
    }
#endif
    Kernel kernel = kernelOf(name);
    if (!kernel) {
      printf("none\n");
    } else if (blocks == 0) {
      kernel(0, allBytes);
#ifdef WITH_DPDK
      if (strncmp(name, "dpdk", 4) == 0) packAcl(allowed);
#endif
      uint32_t count = 0, sum = 0;
      for (uint32_t i = 0; i < allBytes; i++) {
        count += __builtin_popcount(allowed[i]);
        sum = sum * 31 + allowed[i];
      }
      printf("%u %u\n", count, sum);
    } else {
      for (int i = 0; i < blocks; i++) {
        const double start = cpuNs();
        kernel(at, at + blockBytes);
        printf("%.3f ", (cpuNs() - start) / 32768);
        at = at + blockBytes < allBytes ? at + blockBytes : 0;
      }
      printf("\n");
    }
    fflush(stdout);
  }
}
