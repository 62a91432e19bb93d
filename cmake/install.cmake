# cmake --install BUILD --prefix PREFIX: programs, modules, assets, and what habla
# itself writes: manual pages and completions.
install(TARGETS habla habla-relay RUNTIME DESTINATION bin)
get_property(modules GLOBAL PROPERTY HABLA_MODULES)
if(modules)
  install(TARGETS ${modules} LIBRARY DESTINATION lib/habla)
endif()
install(DIRECTORY assets/ DESTINATION share/habla)

install(CODE [[
  set(prefix "$ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}")
  # write(FILE ARGUMENTS...)
  function(write file)
    cmake_path(GET file PARENT_PATH folder)
    file(MAKE_DIRECTORY "${prefix}/share/${folder}")
    execute_process(COMMAND "${prefix}/bin/habla" ${ARGN}
                    OUTPUT_FILE "${prefix}/share/${file}"
                    COMMAND_ERROR_IS_FATAL ANY)
    message(STATUS "Installing: ${prefix}/share/${file}")
  endfunction()

  write(man/man1/habla.1 manual)
  execute_process(COMMAND "${prefix}/bin/habla" --help
                  OUTPUT_VARIABLE help COMMAND_ERROR_IS_FATAL ANY)
  string(REGEX MATCHALL "\n  [a-z]+ " commands "${help}")
  foreach(command ${commands})
    string(STRIP "${command}" command)
    if(NOT command MATCHES "^(manual|completions)$")
      write(man/man1/habla-${command}.1 manual ${command})
    endif()
  endforeach()
  write(bash-completion/completions/habla completions bash)
  write(zsh/site-functions/_habla completions zsh)
  write(fish/vendor_completions.d/habla.fish completions fish)
]])
