// The stand-ins, for x86-64. On other machines the libraries are linked as usual: see Package.swift.
#if defined(__x86_64__) && defined(__linux__)
#include "libraries.h"

// Each has an entry as clazy_resolve knows it: where to jump, the name, the library. Until it is resolved the jump leads
// to the next instruction.
.macro stand_in name, library
    .text
    .globl \name
    .hidden \name
    .type \name, @function
\name:
    jmp *.Lentry_\name(%rip)
.Lfirst_\name:
    lea .Lentry_\name(%rip), %r11
    jmp clazy_first_call
    .size \name, . - \name
    .data
    .balign 8
.Lentry_\name:
    .quad .Lfirst_\name
    .quad .Lname_\name
    .quad \library
    .section .rodata
.Lname_\name:
    .asciz "\name"
.endm

#define LIBRARY CLAZY_RDKAFKA
#define SYMBOL(name) stand_in name, LIBRARY
#include "rdkafka.inc"
#undef LIBRARY
#define LIBRARY CLAZY_CURL
#include "curl.inc"
#undef LIBRARY
#define LIBRARY CLAZY_MICROHTTPD
#include "microhttpd.inc"

// Resolves the entry in r11 and goes there with all arguments as they came, those of variadic functions too: eight
// registers, and the lower halves of eight more.
    .text
    .type clazy_first_call, @function
clazy_first_call:
    push %rbp
    mov %rsp, %rbp
    push %rdi
    push %rsi
    push %rdx
    push %rcx
    push %r8
    push %r9
    push %r10
    push %rax
    sub $128, %rsp
    movups %xmm0, (%rsp)
    movups %xmm1, 16(%rsp)
    movups %xmm2, 32(%rsp)
    movups %xmm3, 48(%rsp)
    movups %xmm4, 64(%rsp)
    movups %xmm5, 80(%rsp)
    movups %xmm6, 96(%rsp)
    movups %xmm7, 112(%rsp)
    mov %r11, %rdi
    call clazy_resolve
    mov %rax, %r11
    movups (%rsp), %xmm0
    movups 16(%rsp), %xmm1
    movups 32(%rsp), %xmm2
    movups 48(%rsp), %xmm3
    movups 64(%rsp), %xmm4
    movups 80(%rsp), %xmm5
    movups 96(%rsp), %xmm6
    movups 112(%rsp), %xmm7
    add $128, %rsp
    pop %rax
    pop %r10
    pop %r9
    pop %r8
    pop %rcx
    pop %rdx
    pop %rsi
    pop %rdi
    pop %rbp
    jmp *%r11
    .size clazy_first_call, . - clazy_first_call
#endif

#if defined(__linux__)
    .section .note.GNU-stack, "", @progbits
#endif
