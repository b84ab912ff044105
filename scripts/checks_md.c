/* What must docs/CHECKS.md hold? Prints it; scripts/checks-md.sh builds and runs this. */
#include "report/catalogue.h"

int main(void) {
    catalogue_markdown(stdout);
    return ferror(stdout) != 0 || fflush(stdout) != 0;
}
