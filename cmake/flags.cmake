# Warnings, sanitizers and feature macros for every target of the project.
add_compile_options(-Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes
                    -Wmissing-prototypes -Wvla -Wformat=2)
add_compile_definitions(_GNU_SOURCE HABLA_VERSION="${PROJECT_VERSION}")
if(HABLA_WERROR)
  add_compile_options(-Werror)
endif()
if(HABLA_SANITIZE)
  add_compile_options(-fsanitize=${HABLA_SANITIZE} -fno-omit-frame-pointer
                      -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${HABLA_SANITIZE})
endif()
