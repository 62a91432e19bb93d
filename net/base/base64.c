#include "net/base/base64.h"

#include <string.h>

#include "net/base/bytes.h"
#include "net/base/problem.h"

static const char alphabet[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* Twelve bits become two characters with one look-up at twice their value. */
/* clang-format off */
#define P8(a, b, c, d, e, f, g, h, i) \
	a, b, a, c, a, d, a, e, a, f, a, g, a, h, a, i
#define P64(a) \
	P8(a, 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'), \
	P8(a, 'I', 'J', 'K', 'L', 'M', 'N', 'O', 'P'), \
	P8(a, 'Q', 'R', 'S', 'T', 'U', 'V', 'W', 'X'), \
	P8(a, 'Y', 'Z', 'a', 'b', 'c', 'd', 'e', 'f'), \
	P8(a, 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n'), \
	P8(a, 'o', 'p', 'q', 'r', 's', 't', 'u', 'v'), \
	P8(a, 'w', 'x', 'y', 'z', '0', '1', '2', '3'), \
	P8(a, '4', '5', '6', '7', '8', '9', '+', '/')
/* clang-format on */
static const char pairs[2 * 4096] = {
	P64('A'), P64('B'), P64('C'), P64('D'), P64('E'), P64('F'), P64('G'),
	P64('H'), P64('I'), P64('J'), P64('K'), P64('L'), P64('M'), P64('N'),
	P64('O'), P64('P'), P64('Q'), P64('R'), P64('S'), P64('T'), P64('U'),
	P64('V'), P64('W'), P64('X'), P64('Y'), P64('Z'), P64('a'), P64('b'),
	P64('c'), P64('d'), P64('e'), P64('f'), P64('g'), P64('h'), P64('i'),
	P64('j'), P64('k'), P64('l'), P64('m'), P64('n'), P64('o'), P64('p'),
	P64('q'), P64('r'), P64('s'), P64('t'), P64('u'), P64('v'), P64('w'),
	P64('x'), P64('y'), P64('z'), P64('0'), P64('1'), P64('2'), P64('3'),
	P64('4'), P64('5'), P64('6'), P64('7'), P64('8'), P64('9'), P64('+'),
	P64('/'),
};

/* A character's value plus one, so that every other byte is 0 here and has
 * the top bit set after the subtraction in value(). */
static const uint8_t values[256] = {
	['A'] = 1,  ['B'] = 2,  ['C'] = 3,  ['D'] = 4,  ['E'] = 5,  ['F'] = 6,
	['G'] = 7,  ['H'] = 8,  ['I'] = 9,  ['J'] = 10, ['K'] = 11, ['L'] = 12,
	['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16, ['Q'] = 17, ['R'] = 18,
	['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24,
	['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29, ['d'] = 30,
	['e'] = 31, ['f'] = 32, ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36,
	['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40, ['o'] = 41, ['p'] = 42,
	['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48,
	['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54,
	['2'] = 55, ['3'] = 56, ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60,
	['8'] = 61, ['9'] = 62, ['+'] = 63, ['/'] = 64,
};

size_t base64_encoded_length(size_t n)
{
	return (n / 3 + (n % 3 != 0)) * 4;
}

void base64_encode(char *out, const void *data, size_t n)
{
	const uint8_t *in = data;

	for (; n >= 3; n -= 3, in += 3, out += 4) {
		uint32_t v = (uint32_t)in[0] << 16 | (uint32_t)in[1] << 8 |
			     in[2];
		memcpy(out, pairs + 2 * (v >> 12), 2);
		memcpy(out + 2, pairs + 2 * (v & 0xfff), 2);
	}
	if (n > 0) {
		uint32_t v = (uint32_t)in[0] << 16 |
			     (n > 1 ? (uint32_t)in[1] << 8 : 0);
		memcpy(out, pairs + 2 * (v >> 12), 2);
		out[2] = n > 1 ? alphabet[v >> 6 & 0x3f] : '=';
		out[3] = '=';
	}
}

int base64_append(struct bytes *b, const void *data, size_t n)
{
	size_t length = base64_encoded_length(n);
	uint8_t *at = bytes_reserve(b, length);

	if (!at)
		return b->failed;
	base64_encode((char *)at, data, n);
	b->length += length;
	return 0;
}

size_t base64_decoded_bound(size_t n)
{
	return (n / 4 + (n % 4 != 0)) * 3;
}

/* The six bits of c; a wrong character has the top bit set. */
static inline uint32_t value(uint8_t c)
{
	return (uint32_t)values[c] - 1;
}

/* The last four characters, which may hold padding. */
static long decode_last(uint8_t *out, const uint8_t *in)
{
	size_t count = in[3] != '=' ? 3 : in[2] != '=' ? 2 : 1;
	uint32_t third = count > 1 ? value(in[2]) : 0;
	uint32_t fourth = count > 2 ? value(in[3]) : 0;
	uint32_t first = value(in[0]);
	uint32_t second = value(in[1]);

	if ((first | second | third | fourth) >> 31)
		return PROBLEM_FORMAT;
	uint32_t v = first << 18 | second << 12 | third << 6 | fourth;
	for (size_t i = 0; i < count; i++)
		out[i] = (uint8_t)(v >> (16 - 8 * i));
	return (long)count;
}

long base64_decode(void *out, const char *text, size_t n)
{
	const uint8_t *in = (const uint8_t *)text;
	uint8_t *start = out, *at = start;
	uint32_t wrong = 0;

	if (n % 4 != 0)
		return PROBLEM_FORMAT;
	if (n == 0)
		return 0;
	for (; n > 4; n -= 4, in += 4, at += 3) {
		uint32_t a = value(in[0]), b = value(in[1]);
		uint32_t c = value(in[2]), d = value(in[3]);
		uint32_t v = a << 18 | b << 12 | c << 6 | d;

		wrong |= a | b | c | d;
		at[0] = (uint8_t)(v >> 16);
		at[1] = (uint8_t)(v >> 8);
		at[2] = (uint8_t)v;
	}
	long last = decode_last(at, in);
	if (wrong >> 31 || last < 0)
		return PROBLEM_FORMAT;
	return (long)(at - start) + last;
}
