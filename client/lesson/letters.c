#include "client/lesson/letters.h"

#include <stdint.h>
#include <string.h>

#include "net/base/text.h"

/* U+00C0 to U+017F without accents; "?" is more than one letter. */
static const char folded[] = "aaaaaa?ceeeeiiiidnooooo ouuuuy??"  /* U+00C0 */
			     "aaaaaa?ceeeeiiiidnooooo ouuuuy?y"  /* U+00E0 */
			     "aaaaaaccccccccddddeeeeeeeeeegggg"  /* U+0100 */
			     "gggghhhhiiiiiiiiii??jjkkklllllll"  /* U+0120 */
			     "lllnnnnnnnnnoooooo??rrrrrrssssss"  /* U+0140 */
			     "ssttttttuuuuuuuuuuuuwwyyyzzzzzzs"; /* U+0160 */

/* Others that stand for something plain. */
static const struct {
	uint32_t code;
	const char *text;
} plain[] = {
	{0xC6, "ae"},      {0xE6, "ae"},      {0xDE, "th"},
	{0xFE, "th"},      {0xDF, "ss"},      {0x132, "ij"},
	{0x133, "ij"},     {0x152, "oe"},     {0x153, "oe"},
	{0xB2, "2"},       {0xB3, "3"},       {0xB9, "1"},
	{0xBC, " 1/4 "},   {0xBD, " 1/2 "},   {0xBE, " 3/4 "},
	{0x2153, " 1/3 "}, {0x2154, " 2/3 "}, {0x215B, " 1/8 "},
	{0x2018, "'"},     {0x2019, "'"},     {0x02BC, "'"},
	{0x2044, "/"},     {0x2080, "0"},     {0x2081, "1"},
	{0x2082, "2"},     {0x2083, "3"},     {0x2084, "4"},
	{0x2085, "5"},     {0x2086, "6"},     {0x2087, "7"},
	{0x2088, "8"},     {0x2089, "9"},     {0xA0, " "},
	{0x2010, "-"},     {0x2011, "-"},     {0xAD, ""},
	{0x2026, "."},     {0x2013, ";"},     {0x2014, ";"},
	{0xA1, ";"},       {0xBF, ";"},       {0x201C, " "},
	{0x201D, " "},     {0x201E, " "},     {0xAB, " "},
	{0xBB, " "},       {0xB0, " "},
};

static uint32_t decode(const char *at, size_t n)
{
	static const unsigned char lead[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
	uint32_t code = (unsigned char)at[0] & lead[n];

	for (size_t i = 1; i < n; i++)
		code = code << 6 | ((unsigned char)at[i] & 0x3F);
	return code;
}

/* What stands for the character of n bytes, and how long that is; NULL: the
 * character itself. */
static const char *fold(const char *at, size_t n, size_t *length)
{
	uint32_t code = decode(at, n);

	*length = 0;
	if (code >= 0x300 && code <= 0x36F)
		return ""; /* an accent of its own */
	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
		if (plain[i].code == code) {
			*length = strlen(plain[i].text);
			return plain[i].text;
		}
	if (code < 0xC0 || code > 0x17F)
		return NULL;
	*length = 1;
	return &folded[code - 0xC0];
}

void letters_begin(struct letters *l, const char *text)
{
	*l = (struct letters){.at = text, .left = strlen(text)};
}

unsigned char letters_next(struct letters *l)
{
	while (l->from_left == 0 && l->left > 0) {
		size_t n = text_utf8_sequence(l->at, l->left);
		size_t length;
		const char *other = n > 1 ? fold(l->at, n, &length) : NULL;
		l->from = other ? other : l->at;
		l->from_left = other ? length : n;
		if (n == 0)
			n = 1; /* no UTF-8: passed over */
		l->at += n;
		l->left -= n;
	}
	if (l->from_left == 0)
		return 0;
	l->from_left--;
	unsigned char c = (unsigned char)*l->from++;
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : c;
}
