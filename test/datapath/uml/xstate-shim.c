/*
 * Lets User-mode Linux 6.1 run on processors whose extended state is larger than the 2,696 bytes it
 * was built for (AMX: 11,008). The host's kernel takes PTRACE_SETREGSET of NT_X86_XSTATE only with
 * the whole state, so this puts UML's part over the rest, which UML's guests never use.
 *
 * Preloaded into linux.uml by the tests when the host needs it. Layout: Intel SDM volume 1, 13.4.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

#define STATE_MAX 16384
#define HEADER_OFFSET 512
/* x87, SSE, AVX, MPX, AVX-512, PT, PKRU: what lies within UML's 2,696 bytes. */
#define KNOWN_FEATURES 0x3ffUL

static unsigned char state[STATE_MAX];

typedef long (*ptrace_function)(int, pid_t, void *, void *);

static long get_state(ptrace_function real, pid_t pid, struct iovec *whole)
{
	whole->iov_base = state;
	whole->iov_len = sizeof(state);
	return real(PTRACE_GETREGSET, pid, (void *)(uintptr_t)NT_X86_XSTATE, whole);
}

static void overlay(const struct iovec *part, size_t size)
{
	uint64_t before, ours, after;

	memcpy(&before, state + HEADER_OFFSET, sizeof(before));
	memcpy(state, part->iov_base, part->iov_len < size ? part->iov_len : size);
	memcpy(&ours, state + HEADER_OFFSET, sizeof(ours));
	after = (ours & KNOWN_FEATURES) | (before & ~KNOWN_FEATURES);
	memcpy(state + HEADER_OFFSET, &after, sizeof(after));
}

long ptrace(enum __ptrace_request request, ...)
{
	static ptrace_function real;
	struct iovec whole, *part;
	va_list arguments;
	pid_t pid;
	void *address, *data;

	va_start(arguments, request);
	pid = va_arg(arguments, pid_t);
	address = va_arg(arguments, void *);
	data = va_arg(arguments, void *);
	va_end(arguments);
	if (!real)
		real = (ptrace_function)dlsym(RTLD_NEXT, "ptrace");
	if (request != PTRACE_SETREGSET || (uintptr_t)address != NT_X86_XSTATE)
		return real(request, pid, address, data);
	part = data;
	if (get_state(real, pid, &whole) < 0)
		return -1;
	overlay(part, whole.iov_len);
	return real(PTRACE_SETREGSET, pid, address, &whole);
}
