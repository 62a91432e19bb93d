/* assets: where the files that come with Habla are. */
#ifndef CLIENT_ASSETS_H
#define CLIENT_ASSETS_H

/* Finds "scenarios/photosynthesis.yaml" in $HABLA_ASSETS, in share/habla
 * of where the program was installed, or in the source tree that it was built
 * from, in that order; caller frees *out.  Returns 0, PROBLEM_FILE when it is
 * in none of them, or PROBLEM_MEMORY. */
int asset_path(char **out, const char *relative);

#endif
