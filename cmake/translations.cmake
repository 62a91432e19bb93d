# po/LANGUAGE.po -> BUILD/locale/LANGUAGE/LC_MESSAGES/habla.mo, where a program in
# the build folder looks for it; and into share/locale when it is installed.
file(GLOB translations CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/po/*.po)
foreach(po ${translations})
  get_filename_component(language ${po} NAME_WE)
  set(folder ${CMAKE_BINARY_DIR}/locale/${language}/LC_MESSAGES)
  add_custom_command(OUTPUT ${folder}/habla.mo
    COMMAND ${CMAKE_COMMAND} -E make_directory ${folder}
    COMMAND ${MSGFMT} --check-format -o ${folder}/habla.mo ${po}
    DEPENDS ${po})
  list(APPEND catalogues ${folder}/habla.mo)
  install(FILES ${folder}/habla.mo DESTINATION share/locale/${language}/LC_MESSAGES)
endforeach()
add_custom_target(translations ALL DEPENDS ${catalogues})
