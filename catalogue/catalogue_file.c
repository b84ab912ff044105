/* What can be wrong with a file before it is uploaded? Rows of the family file. */
#include "catalogue/guidance.h"

static const struct cause key[] = {
    {.id = "no-trailing-newline",
     .status = STATUS_FAIL,
     .title = "The key file does not end with a newline",
     .why =
         "The last line of the private key has no end. Upload and traversal zone work, because OpenSSL reads "
         "such a file; the SSH tunnels do not come up with it, and with them all of MRA.",
     .affects = {"All MRA users: log-in fails with 502", "Not the traversal zone, nor calls through it"},
     .fix = {"Append a newline: printf '\\n' >> private-key.pem",
             UPLOAD("Expressway-C") "; the private key file in the same step",
             "With a key that Expressway made itself for a CSR this cannot happen: " CSR("Expressway-C")},
     .restart = {RESTART_CERT},
     .source = {GUIDE("appendix A"), MRA_TROUBLE}},
};

static const struct check checks[] = {
    CHECK("file.key", key, "Private key file",
          "The private key belongs to the certificate, and its file is one that Expressway can work with.",
          GUIDE("appendix A")),
};

extern const struct family family_file;
const struct family family_file = {"file", "Files", checks, COUNT_OF(checks)};
